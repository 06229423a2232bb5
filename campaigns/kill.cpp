// Writers and readers that are killed at any moment. What they leave behind must never give anybody a wrong
// value, an error or a wait, least of all the one among them that is not killed; a temporary file that lost its writer is
// swept.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <list>
#include <memory>
#include <thread>

#include "campaign.hpp"
#include "format/tag_files.hpp"
#include "shared_counters.hpp"
#include "specimen.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"
#include "upkeep/clear.hpp"

namespace campaign {
namespace {

constexpr int workers = 6;
constexpr std::uint64_t tags = 8;

struct Counts {
  Counter calls, computed, wrong, failed, by_survivor, by_victims;
};

std::string tag_of(std::uint64_t number) { return "night" + std::to_string(number); }

/// Calls, clears and refreshes until it is killed, and counts its own calls in `own_calls`.
[[noreturn]] void work(const std::string& directory, std::uint64_t seed, Counts& counts, Counter& own_calls) {
  Random random(seed);
  while (true) {
    try {
      const auto specimen = tagged_specimen(directory, tag_of(below(random, tags)), [&] { ++counts.computed; });
      if (below(random, 8) == 0) cache_on_disk::refresh(*specimen);
      for (int i = 0; i < 4; ++i) {
        if (!specimen->is_right(below(random, Specimen::methods()))) ++counts.wrong;
        ++counts.calls, ++own_calls;
      }
      if (below(random, 8) == 0) cache_on_disk::clear_cache(*specimen);
    } catch (const std::exception&) {
      ++counts.failed;
    }
  }
}

/// What the dead have left: files that are not whole entries under an entry's name, and temporary files.
void look_at_what_is_left(const std::string& directory, Report& report) {
  std::uint64_t entries = 0, damaged = 0, orphans = 0, unswept = 0;
  for (std::uint64_t tag = 0; tag < tags; ++tag) {
    const auto opened = cache_on_disk::entry::open_tag_directory({directory, "cache" + tag_of(tag), {}},
                                                                 cache_on_disk::entry::IfMissing::report);
    if (!opened) continue;
    cache_on_disk::Options options;
    options.verify = cache_on_disk::Verify::always;
    for (const auto& file : std::filesystem::directory_iterator((*opened)->path())) {
      const std::string name = file.path().filename();
      if (name.starts_with(cache_on_disk::entry::temporary_prefix)) {
        ++orphans;
        // As if it had been left ten minutes ago.
        const timespec long_ago[2] = {{::time(nullptr) - 3600, 0}, {::time(nullptr) - 3600, 0}};
        ::utimensat(AT_FDCWD, file.path().c_str(), long_ago, 0);
      } else if (name.ends_with(".npy")) {
        ++entries;
        const auto finding = cache_on_disk::entry::read_entry(**opened, name, std::nullopt, options);
        damaged += finding.judgement != cache_on_disk::entry::Judgement::sound || finding.trailerless;
      }
    }
    cache_on_disk::entry::sweep(**opened);
    for (const auto& file : std::filesystem::directory_iterator((*opened)->path()))
      unswept += file.path().filename().string().starts_with(cache_on_disk::entry::temporary_prefix);
  }
  report.figure("entries left", entries);
  report.must_be_none("damaged entries", damaged);
  report.figure("temporary files left", orphans);
  report.must_be_none("not swept", unswept);
}

/// Notices a process that no longer gets on.
class Pulse {
 public:
  bool has_stopped(std::uint64_t beats) {
    const auto now = std::chrono::steady_clock::now();
    if (std::exchange(beats_, beats) != beats) last_ = now;
    return now - last_ > std::chrono::seconds(20);
  }

 private:
  std::uint64_t beats_ = 0;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace

void kill_processes(const Plan& plan, Report& report) {
  TemporaryDirectory directory;
  Shared<Counts> counts;
  Random random(plan.seed);
  std::uint64_t kills = 0;
  bool stuck = false;
  {
    ChildProcess survivor([&]() -> int { work(directory.path(), 0, *counts, counts->by_survivor); });
    std::vector<std::unique_ptr<ChildProcess>> children(workers);
    Pulse pulse;
    for (const Timer timer(plan); timer.running() && !stuck; ++kills) {
      expect_progress();
      auto& victim = children[below(random, workers)];
      victim.reset();  // kills it
      const std::uint64_t seed = random();
      victim =
          std::make_unique<ChildProcess>([&]() -> int { work(directory.path(), seed, *counts, counts->by_victims); });
      stuck = pulse.has_stopped(counts->by_survivor);
      std::this_thread::sleep_for(std::chrono::microseconds(below(random, 8000)));
    }
  }
  // Whatever they left, nobody waits and everybody gets the right values.
  for (std::uint64_t tag = 0; tag < tags; ++tag) {
    const auto specimen = tagged_specimen(directory.path(), tag_of(tag));
    for (std::size_t method = 0; method < Specimen::methods(); ++method) counts->wrong += !specimen->is_right(method);
  }
  report.must_be_some("kills", kills);
  report.must_be_some("calls", counts->calls);
  report.must_be_some("by one that is not killed", counts->by_survivor);
  report.must_be_none("stuck callers", stuck);
  report.must_be_some("computed", counts->computed);
  report.must_be_none("wrong values", counts->wrong);
  report.must_be_none("failed calls", counts->failed);
  look_at_what_is_left(directory.path(), report);
}

}  // namespace campaign
