// Random sequences of operations, done by real processes and by a model of one page; whatever differs is
// shrunk to the shortest sequence that still differs.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>

#include "campaign.hpp"
#include "model_reference.hpp"
#include "shared_counters.hpp"
#include "specimen.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

using Kind = Operation::Kind;

/// The real thing: each computation gives the next serial number.
class Subject {
 public:
  explicit Subject(Counter& serial) : serial_(&serial) {}
  double plain() const {
    return *plain_([this] { return next(); });
  }
  double nested() const {
    return *nested_([this] {
      plain();
      return next();
    });
  }
  double argument(int i) const {
    return *argument_(i, [this] { return next(); });
  }

 private:
  double next() const { return static_cast<double>(++*serial_); }
  Counter* serial_;
  Cached<double> plain_, nested_;
  Cached<double(int)> argument_;
  CACHE_ON_DISK(Subject, plain_, nested_, argument_)
};

std::uint64_t perform(std::vector<Subject>& objects, const std::string& directory, const Operation& operation,
                      Counter& serial) {
  Subject& object = objects[static_cast<std::size_t>(operation.object)];
  switch (operation.kind) {
    case Kind::set_tag:
      cache_on_disk::set_tmpdir(object, directory);
      cache_on_disk::set_tag(object, "night" + std::to_string(operation.argument));
      return 0;
    case Kind::clear_tag:
      cache_on_disk::clear_tag(object);
      return 0;
    case Kind::call:
      return static_cast<std::uint64_t>(object.plain());
    case Kind::call_nested:
      return static_cast<std::uint64_t>(object.nested());
    case Kind::call_argument:
      return static_cast<std::uint64_t>(object.argument(operation.argument));
    case Kind::clear:
      cache_on_disk::clear_cache(object);
      return 0;
    case Kind::refresh:
      cache_on_disk::refresh(object);
      return 0;
    case Kind::copy:
      object = Subject(serial);
      return 0;
    case Kind::kill:
      return 0;
  }
  return 0;
}

/// A process that does what it is told, one operation at a time.
class Worker {
 public:
  Worker(const std::string& directory, Counter& serial) {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) != 0) throw std::runtime_error("socketpair");
    child_ = std::make_unique<ChildProcess>([&] {
      ::close(ends_[0]);
      std::vector<Subject> objects(model_objects, Subject(serial));
      Operation operation{};
      while (::read(ends_[1], &operation, sizeof operation) == sizeof operation) {
        const std::uint64_t value = perform(objects, directory, operation, serial);
        if (::write(ends_[1], &value, sizeof value) != sizeof value) return 1;
      }
      return 0;
    });
    ::close(ends_[1]);
  }
  ~Worker() {
    child_.reset();
    ::close(ends_[0]);
  }

  /// The value; nothing if the process died of it.
  std::optional<std::uint64_t> perform_there(const Operation& operation) {
    std::uint64_t value = 0;
    if (::send(ends_[0], &operation, sizeof operation, MSG_NOSIGNAL) != sizeof operation) return std::nullopt;
    if (::read(ends_[0], &value, sizeof value) != sizeof value) return std::nullopt;
    return value;
  }

 private:
  std::array<int, 2> ends_{};
  std::unique_ptr<ChildProcess> child_;
};

/// What differed, or an empty text.
std::string difference(const std::vector<Operation>& operations) {
  expect_progress();
  TemporaryDirectory directory;
  Shared<Counter> serial;
  std::array<std::unique_ptr<Worker>, model_processes> workers;
  ModelReference model;
  for (const Operation& operation : operations) {
    auto& worker = workers[static_cast<std::size_t>(operation.process)];
    if (!worker) worker = std::make_unique<Worker>(directory.path(), *serial);
    const std::uint64_t expected = model.step(operation);
    if (operation.kind == Kind::kill) {
      worker.reset();
      continue;
    }
    const auto value = worker->perform_there(operation);
    if (!value) return operation.text() + " ended the process";
    if (*value != expected)
      return operation.text() + " gave " + std::to_string(*value) + ", not " + std::to_string(expected);
  }
  return {};
}

Operation random_operation(Random& random) {
  // Calls most of all; deaths are slow.
  static constexpr Kind kinds[] = {Kind::call,          Kind::call,          Kind::call_nested,   Kind::call_nested,
                                   Kind::call_argument, Kind::call_argument, Kind::call_argument, Kind::set_tag,
                                   Kind::set_tag,       Kind::clear_tag,     Kind::clear,         Kind::refresh,
                                   Kind::refresh,       Kind::copy,          Kind::kill};
  const Kind kind = kinds[below(random, std::size(kinds))];
  return {kind, static_cast<int>(below(random, model_processes)), static_cast<int>(below(random, model_objects)),
          static_cast<int>(below(random, model_tags))};
}

/// The shortest sequence found that still differs.
std::vector<Operation> shrunk(std::vector<Operation> operations) {
  for (std::size_t length = operations.size() / 2; length > 0;) {
    bool shorter = false;
    for (std::size_t begin = 0; begin + length <= operations.size();) {
      auto tried = operations;
      const auto first = tried.begin() + static_cast<std::ptrdiff_t>(begin);
      tried.erase(first, first + static_cast<std::ptrdiff_t>(length));
      if (difference(tried).empty()) {
        begin += length;
      } else {
        operations = std::move(tried);
        shorter = true;
      }
    }
    if (!shorter) length /= 2;
  }
  return operations;
}

}  // namespace

void follow_model(const Plan& plan, Report& report) {
  Random random(plan.seed);
  std::uint64_t sequences = 0, steps = 0, differences = 0;
  for (const Timer timer(plan); timer.running() && differences == 0; ++sequences) {
    std::vector<Operation> operations;
    for (int i = 0; i < 80; ++i) operations.push_back(random_operation(random));
    steps += operations.size();
    if (difference(operations).empty()) continue;
    ++differences;
    operations = shrunk(std::move(operations));
    for (const Operation& operation : operations) std::printf("  %s\n", operation.text().c_str());
    std::printf("  %s\n", difference(operations).c_str());
  }
  report.must_be_some("sequences", sequences);
  report.figure("steps", steps);
  report.must_be_none("differences", differences);
}

}  // namespace campaign
