// Each system call and each allocation of storing, loading, clearing and walking fails in turn, with each error, once
// and for good; and places that no value can be stored in. It ends when all that has been tried once. The caller always
// gets the function's value, nothing partial is visible, no temporary file, descriptor or memory is left over.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "campaign.hpp"
#include "failing_allocations.hpp"
#include "fault_places.hpp"
#include "fault_subject.hpp"
#include "files/calls.hpp"
#include "format/tag_files.hpp"
#include "process/background.hpp"
#include "shared_counters.hpp"
#include "store/reader.hpp"
#include "support/failing_calls.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

namespace entry = cache_on_disk::entry;
using cache_on_disk::system::Call;

/// One call, or all from it on, fail; writes may fall short.
class Fault : public cache_on_disk::system::Interceptor {
 public:
  Fault(int number, int code, bool for_good, std::size_t write_limit)
      : left_(number), code_(code), for_good_(for_good), write_limit_(write_limit) {
    cache_on_disk::system::intercept(this);
  }
  ~Fault() override { cache_on_disk::system::intercept(nullptr); }
  int before(Call) override {
    const int left = left_--;
    if (left > 0 || (left < 0 && !for_good_)) return 0;
    ++injected_;
    return code_;
  }
  std::size_t write_limit() override { return write_limit_; }
  std::uint64_t injected() const { return injected_; }

 private:
  std::atomic<int> left_;
  int code_;
  bool for_good_;
  std::size_t write_limit_;
  std::atomic<std::uint64_t> injected_{0};
};

enum class Task { store, load, load_marked, renew, clear, walk };
constexpr Task tasks[] = {Task::store, Task::load, Task::load_marked, Task::renew, Task::clear, Task::walk};
constexpr const char* task_names[] = {"store", "load", "load a marked entry", "refresh", "clear", "walk"};

struct Sum {
  std::uint64_t trials = 0, injected = 0, wrong = 0, failed = 0, twice = 0, partial = 0, temporary = 0, descriptors = 0,
                memory = 0, before_function = 0;
};

class Bench {
 public:
  explicit Bench(Sum& sum) : sum_(sum) {}

  /// Every number of a call, or of an allocation, until none is reached any more.
  void fail_each_call(Task task, std::size_t length, int code, bool for_good, std::size_t write_limit) {
    for (int number = 0; number < 1000; ++number) {
      std::uint64_t injected = 0;
      repeat(task, length, for_good, [&](Subject& subject) {
        const Fault fault(number, code, for_good, write_limit);
        perform(task, subject, true);
        cache_on_disk::system::wait_for_background();
        injected = fault.injected();
        sum_.injected += injected;
      });
      if (injected == 0) return;
    }
    throw std::runtime_error("there is no end of system calls");
  }

  void fail_each_allocation(Task task, std::size_t length) {
    for (int number = 0; number < 10'000; ++number) {
      bool failed = false;
      repeat(task, length, false, [&](Subject& subject) {
        fail_allocation(number);
        perform(task, subject, false);
        failed = allocation_has_failed();
        fail_allocation(-1);
        sum_.injected += failed;
      });
      if (!failed) return;
    }
    throw std::runtime_error("there is no end of allocations");
  }

 private:
  /// The same trial several times over: what is left over each time is a leak.
  template <class F>
  void repeat(Task task, std::size_t length, bool unlinks_too, F&& trial) {
    std::int64_t memory[repetitions] = {};
    std::ptrdiff_t descriptors[repetitions] = {};
    expect_progress();
    for (int i = 0; i < repetitions; ++i) {
      {
        Subject subject(directory_.path(), length);
        prepare(task, subject);
        subject.computed = 0;
        trial(subject);
        check(subject, unlinks_too);
      }
      ++sum_.trials;
      cache_on_disk::system::wait_for_background();
      memory[i] = living_allocations();
      descriptors[i] = open_descriptors();
    }
    // Strictly more each time: once or twice, caches fill and helper threads come and go.
    const auto grows = [](const auto& figures) {
      return std::adjacent_find(std::begin(figures), std::end(figures), std::greater_equal()) == std::end(figures);
    };
    note(sum_.memory, grows(memory), task, "memory left over");
    note(sum_.descriptors, grows(descriptors), task, "descriptors left over");
  }

  static void prepare(Task task, Subject& subject) {
    cache_on_disk::clear_cache(subject);
    if (task == Task::store) return;
    subject.value();
    if (task == Task::load_marked) {
      Subject(subject.directory(), subject.length()).value();
      cache_on_disk::system::wait_for_background();
    }
    subject.forget();
  }

  void perform(Task task, Subject& subject, bool may_not_throw) {
    try {
      if (task == Task::renew) cache_on_disk::refresh(subject);
      if (task == Task::clear) cache_on_disk::clear_cache(subject);
      if (task == Task::walk) {
        subject.forget();
      }
    } catch (const std::bad_alloc&) {  // these are not cached calls, and say what they could not do
      note(sum_.failed, may_not_throw, task, "bad_alloc without want of memory");
    } catch (const std::exception& error) {
      note(sum_.failed, true, task, error.what());
    }
    try {
      note(sum_.wrong, !subject.is_right(), task, "wrong value");
    } catch (const std::bad_alloc&) {
      // The holder of the value is made before the function runs; nothing is lost by its failing.
      note(sum_.failed, may_not_throw || subject.computed != 0, task, "the function's value was lost");
      ++sum_.before_function;
    } catch (const std::exception& error) {
      note(sum_.failed, true, task, error.what());
    }
    note(sum_.twice, subject.computed > 1, task, "computed twice");
  }

  /// What another process would find. Temporary files stay where not even unlink works, until they are swept.
  void check(const Subject& subject, bool unlink_failed) {
    const auto directory = entry::open_tag_directory({directory_.path(), "cachenight", {}}, entry::IfMissing::report);
    if (directory)
      for (const auto& file : std::filesystem::directory_iterator((*directory)->path())) {
        const std::string name = file.path().filename();
        note(sum_.temporary, name.starts_with(entry::temporary_prefix) && !unlink_failed, Task::store,
             "temporary file left over");
        if (name.starts_with(entry::temporary_prefix)) std::filesystem::remove(file.path());
        if (!name.ends_with(".npy")) continue;
        const auto finding = entry::read_entry(**directory, name, std::nullopt, {});
        note(sum_.partial, finding.judgement != entry::Judgement::sound || finding.trailerless, Task::store,
             finding.reason.c_str());
      }
    Subject other(directory_.path(), subject.length());
    note(sum_.wrong, !other.is_right(), Task::load, "wrong value afterwards");
  }

  static void note(std::uint64_t& figure, bool happened, Task task, const char* what) {
    if (!happened) return;
    if (++figure <= 5) std::printf("  %s: %s\n", task_names[static_cast<int>(task)], what);
  }

  static constexpr int repetitions = 4;
  TemporaryDirectory directory_;
  Sum& sum_;
};

constexpr int errors[] = {ENOSPC, EIO, EDQUOT, EACCES, EROFS, EMFILE, ENOLCK, ESTALE, ENOENT, ENOMEM, EPERM, EINTR};

/// What one part of the campaign lets fail; code 0: allocations.
struct Part {
  std::size_t length;
  Task task;
  int code;
  bool for_good;
};

/// Entries that are read, that are mapped, and that are reserved room and marked.
std::vector<Part> all_parts() {
  std::vector<Part> parts;
  for (const std::size_t length : {std::size_t{10}, std::size_t{20'000}, std::size_t{140'000}})
    for (const Task task : tasks) {
      parts.push_back({length, task, 0, false});
      for (const int code : errors) {
        parts.push_back({length, task, code, false});
        if (code != EINTR) parts.push_back({length, task, code, true});
      }
    }
  return parts;
}

}  // namespace

void inject_faults(const Plan& plan, Report& report) {
  cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble&) {});
  auto options = cache_on_disk::options();
  options.free_space_floor = 0;
  cache_on_disk::set_options(options);
  Sum sum;
  Places places;
  Random random(plan.seed);
  const Timer timer(plan);
  places.try_all();
  std::vector<Part> parts = all_parts();
  std::ranges::shuffle(parts, random);  // so that a short run meets some of each
  std::size_t gone_through = 0;
  for (; gone_through < parts.size() && timer.running(); ++gone_through) {
    const Part& part = parts[gone_through];
    Bench bench(sum);
    if (part.code == 0)
      bench.fail_each_allocation(part.task, part.length);
    else
      bench.fail_each_call(part.task, part.length, part.code, part.for_good,
                           below(random, 4) == 0 ? 1 + part.length * 8 / 3 : SIZE_MAX);
  }
  report.figure("parts gone through", gone_through);
  report.figure("of", parts.size());
  report.must_be_some("trials", sum.trials);
  report.must_be_some("faults injected", sum.injected);
  report.must_be_none("wrong values", sum.wrong + places.wrong());
  report.must_be_none("failed calls", sum.failed + places.failed());
  report.must_be_none("computed twice", sum.twice);
  report.figure("want of memory before the function", sum.before_function);
  report.must_be_none("partly visible entries", sum.partial + places.partial());
  report.must_be_none("temporary files left over", sum.temporary + places.temporary());
  report.must_be_none("leaking descriptors", sum.descriptors);
  report.must_be_none("leaking memory", sum.memory);
  report.must_be_some("places", places.tried());
  report.must_be_none("places where other than due was stored or said", places.otherwise());
  report.figure("places left out for want of root", places.left_out());
}

}  // namespace campaign
