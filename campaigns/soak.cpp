// Mixed load over thousands of tags, for hours: what the process holds when all its objects are gone must not grow.
//
// Threads of this process tag, call, clear, refresh, put, share, copy and move; other processes do the same and are
// killed; files are damaged, and whole directories deleted. Now and then all threads let go of everything, and what
// is left is counted.
#include <algorithm>
#include <array>
#include <barrier>
#include <cstdio>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "campaign.hpp"
#include "process/background.hpp"
#include "resources.hpp"
#include "shared_counters.hpp"
#include "specimen.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::uint64_t threads = 4;
constexpr std::size_t samples = 60;
constexpr std::size_t large_from = 5;  // of Specimen::methods(): arrays beyond 64 KiB, which few tags have

struct Counts {
  Counter calls, tagged, wrong, failed, kills;
};

/// Files without end would fill the disk: few tags have large entries.
std::size_t some_method(Random& random, std::uint64_t tag) {
  const std::size_t method = below(random, Specimen::methods());
  const bool large = method >= large_from && method < specimen_lengths.size();
  return large && tag % 16 != 0 ? method - large_from : method;
}

/// Puts a torn file where an entry may be, as a foreign program might. In place it would cut mapped values short.
void damage_some_entry(Random& random, const std::string& tag_directory) {
  std::error_code error;
  for (const auto& file : fs::directory_iterator(tag_directory, error)) {
    if (below(random, 4) != 0 || file.path().extension() != ".npy") continue;
    const fs::path torn = tag_directory + "/.torn" + std::to_string(random());
    std::ofstream(torn) << std::string(below(random, 5000), 'x');
    fs::permissions(torn, fs::perms::owner_read | fs::perms::owner_write, error);
    fs::rename(torn, file.path(), error);
    return;
  }
}

class Load {
 public:
  Load(std::string directory, std::uint64_t tags, std::uint64_t seed, Counts& counts)
      : directory_(std::move(directory)), tags_(tags), random_(seed), counts_(counts) {}

  /// One object's life.
  void live() try {
    const std::uint64_t number = below(random_, tags_);
    const std::string tag = "night" + std::to_string(number);
    auto specimen = tagged_specimen(directory_, tag);
    ++counts_.tagged;
    if (below(random_, 16) == 0) cache_on_disk::refresh(*specimen);
    for (int i = 0; i < 4; ++i) call(*specimen, number);
    switch (below(random_, 24)) {
      case 0:
        cache_on_disk::clear_cache(*specimen);
        break;
      case 1: {
        Specimen copy = *specimen;
        call(copy, number);
        Specimen moved = std::move(*specimen);
        call(moved, number);
        break;
      }
      case 2:
        kept_[below(random_, kept_.size())] = specimen->array(0).share();
        break;
      case 3: {
        std::ostringstream text;
        text << cache_on_disk::explain(*specimen) << cache_on_disk::statistics(*specimen);
        counts_.failed += text.str().empty();
        break;
      }
      case 4:
        damage_some_entry(random_, directory_ + "/cache" + tag);
        break;
      case 5: {
        std::error_code error;  // others may be making files in it
        fs::remove_all(directory_ + "/cache" + tag, error);
        break;
      }
      case 6:
        cache_on_disk::clear_tag(*specimen);
        call(*specimen, number);
        break;
      case 7:
        throw_from_a_function(tag);
        break;
      default:
        break;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "soak: a call failed: %s\n", error.what());
    ++counts_.failed;
  }

  void let_go() { kept_.fill(nullptr); }

 private:
  void call(const Specimen& specimen, std::uint64_t tag) {
    counts_.wrong += !specimen.is_right(some_method(random_, tag));
    ++counts_.calls;
  }

  void throw_from_a_function(const std::string& tag) {
    const auto specimen = tagged_specimen(directory_, tag, [] { throw std::domain_error("on purpose"); });
    cache_on_disk::refresh(*specimen);
    try {
      specimen->text();
    } catch (const std::domain_error&) {
      // Mostly; unless another thread's refresh has brought a new value meanwhile.
    }
  }

  std::string directory_;
  std::uint64_t tags_;
  Random random_;
  Counts& counts_;
  std::array<std::shared_ptr<const Array<double>>, 8> kept_{};
};

/// Threads that carry the load and can be made to hold nothing.
class Crew {
 public:
  Crew(const std::string& directory, std::uint64_t tags, Random& random, Counts& counts) {
    for (std::uint64_t i = 0; i < threads; ++i)
      crew_.emplace_back([this, directory, tags, seed = random(), &counts] {
        Load load(directory, tags, seed, counts);
        while (!over_) {
          if (!resting_) {
            load.live();
            continue;
          }
          load.let_go();
          barrier_.arrive_and_wait();
          barrier_.arrive_and_wait();
        }
      });
  }
  ~Crew() { over_ = true; }

  Resources sample(const std::string& directory) {
    resting_ = true;
    barrier_.arrive_and_wait();
    cache_on_disk::system::wait_for_background();
    const Resources now = resources(directory);
    resting_ = false;
    barrier_.arrive_and_wait();
    return now;
  }

 private:
  std::atomic<bool> over_{false}, resting_{false};
  std::barrier<> barrier_{threads + 1};
  std::vector<std::jthread> crew_;
};

/// Works on the same tags until it is killed.
std::unique_ptr<ChildProcess> other_process(const std::string& directory, std::uint64_t tags, Random& random,
                                            Counts& counts) {
  return std::make_unique<ChildProcess>([&, seed = random()]() -> int {
    Load load(directory, tags, seed, counts);
    while (true) load.live();
  });
}

/// How much more there is in the last quarter of the samples than in the second: of each the median, so that what one
/// moment happened to hold does not count.
std::uint64_t growth(const std::vector<Resources>& all, std::uint64_t Resources::* member) {
  const auto median = [&](std::size_t begin, std::size_t end) {
    std::vector<std::uint64_t> values;
    for (std::size_t i = begin; i < end; ++i) values.push_back(all[i].*member);
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
  };
  const std::uint64_t early = median(all.size() / 4, all.size() / 2);
  const std::uint64_t late = median(all.size() * 3 / 4, all.size());
  return late > early ? late - early : 0;
}

}  // namespace

void soak(const Plan& plan, Report& report) {
  TemporaryDirectory directory;
  Shared<Counts> counts;
  Random random(plan.seed);
  // As many as the time allows to visit several times before the second quarter.
  const std::uint64_t tags = plan.time > 5min ? 4000 : plan.time > 30s ? 500 : 50;
  cache_on_disk::set_trouble_handler([](const cache_on_disk::Trouble&) {});  // damage is told of, rightly
  std::vector<Resources> all;
  {
    Crew crew(directory.path(), tags, random, *counts);
    std::unique_ptr<ChildProcess> other;
    for (const Timer timer(plan); timer.running();) {
      const auto next = std::chrono::steady_clock::now() + plan.time / samples;
      do {
        expect_progress();
        other = other_process(directory.path(), tags, random, *counts);
        std::this_thread::sleep_for(
            std::min<std::chrono::milliseconds>(plan.time / samples, 50ms + 1ms * below(random, 200)));
        other.reset();
        ++counts->kills;
      } while (std::chrono::steady_clock::now() < next);
      all.push_back(crew.sample(directory.path()));
      if (all.size() % 4 == 0 && plan.time > 1min) {
        const Resources& now = all.back();
        std::printf(
            "soak: after %zu of %zu samples: calls %llu, heap %llu KiB, resident %llu KiB, descriptors %llu, "
            "mappings %llu\n",
            all.size(), samples, static_cast<unsigned long long>(counts->calls.load()),
            static_cast<unsigned long long>(now.heap / 1024), static_cast<unsigned long long>(now.resident / 1024),
            static_cast<unsigned long long>(now.descriptors), static_cast<unsigned long long>(now.mappings));
        std::fflush(stdout);
      }
    }
  }
  cache_on_disk::set_trouble_handler({});

  report.figure("tags", tags);
  report.must_be_some("objects tagged", counts->tagged);
  report.must_be_some("calls", counts->calls);
  report.must_be_some("kills", counts->kills);
  report.must_be_none("wrong values", counts->wrong);
  report.must_be_none("failed calls", counts->failed);
  report.figure("samples", all.size());
  report.must_be_none("descriptors grown", growth(all, &Resources::descriptors));
  report.must_be_none("mappings grown", growth(all, &Resources::mappings));
  const std::uint64_t heap = growth(all, &Resources::heap), resident = growth(all, &Resources::resident);
  report.figure("heap grown KiB", heap / 1024);
  report.figure("resident memory grown KiB", resident / 1024);
  // Tables grow with the tags seen, some buffers with the longest name met; a leak of a byte in each call is more.
  report.must_be_none("heap beyond 256 KiB and a tenth", heap > 256 * 1024 + (all.empty() ? 0 : all.front().heap / 10));
  report.must_be_none("resident memory beyond 32 MiB", resident > 32 << 20);
}

}  // namespace campaign
