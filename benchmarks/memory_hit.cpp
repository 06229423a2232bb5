// A hit in memory, against reading a data member through a call that is not inlined either, and against what one would
// write by hand: std::call_once. And a call without a tag, against the bare function.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>

#include "support.hpp"

namespace bench {
namespace {

using cache_on_disk::Cached;
using cache_on_disk::CachedRef;

class Analyzer {
 public:
  [[gnu::noipa]] const double& member() const { return member_; }
  [[gnu::noipa]] CachedRef<double> seeing() const {
    return seeing_([this] { return member_ + 1; });
  }
  [[gnu::noipa]] CachedRef<double> band(int number) const {
    return band_(number, [number] { return number * 0.5; });
  }
  [[gnu::noipa]] const double& once() const {
    std::call_once(flag_, [this] { once_ = member_ + 1; });
    return once_;
  }
  [[gnu::noipa]] double bare() const { return member_ + 1; }

 private:
  double member_ = 0.5;
  Cached<double> seeing_;
  Cached<double(int)> band_;
  mutable std::once_flag flag_;
  mutable double once_ = 0;
  CACHE_ON_DISK(Analyzer, seeing_, band_)
};

struct Analyzers {
  explicit Analyzers(std::size_t count) : all(count) {}
  std::vector<Analyzer> all;
  CACHE_ON_DISK(Analyzers, all)
};

/// That many, their values in memory. Nothing of it is on disk: that would take a minute.
const std::vector<Analyzer>& analyzers(std::size_t count) {
  static std::map<std::size_t, std::unique_ptr<Analyzers>> made;
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  auto& analyzers = made[count];
  if (!analyzers) {
    analyzers = std::make_unique<Analyzers>(count);
    cache_on_disk::set_tmpdir(*analyzers, scratch_directory());
    cache_on_disk::set_tag(*analyzers, fmt::format("MEMORY{}", count));
    cache_on_disk::Options readonly = cache_on_disk::options();
    readonly.mode = cache_on_disk::Mode::readonly;
    cache_on_disk::set_options(readonly);
    for (const Analyzer& analyzer : analyzers->all) {
      analyzer.seeing();
      analyzer.band(3);
      analyzer.once();
    }
    cache_on_disk::set_options({});
  }
  return analyzers->all;
}

/// Asks one object after the other.
template <class Call>
void ask_all(const std::string& who, std::size_t instances, int threads, Call call) {
  series("memory_hit", fmt::format("{} instances, {} threads", instances, threads), who,
         [=](benchmark::State& state) {
           const auto& all = analyzers(instances);
           std::size_t next = 0;
           for (auto _ : state) {
             benchmark::DoNotOptimize(call(all[next]));
             if (++next == all.size()) next = 0;
           }
         })
      ->Threads(threads)
      ->UseRealTime();
}

}  // namespace

void register_memory_hits() {
  std::vector<int> threads = {1, 2, 8};
  threads.push_back(static_cast<int>(std::thread::hardware_concurrency()));
  std::ranges::sort(threads);
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  for (const std::size_t instances : {1, 1000, 100'000})
    for (const int count : threads) {
      ask_all("data member", instances, count, [](const Analyzer& a) { return a.member(); });
      ask_all("ours", instances, count, [](const Analyzer& a) { return *a.seeing(); });
      ask_all("std::call_once", instances, count, [](const Analyzer& a) { return a.once(); });
      if (instances == 1 && count == 1)
        ask_all("ours, by arguments", instances, count, [](const Analyzer& a) { return *a.band(3); });
    }
  const auto untagged = [](const std::string& who, auto call) {
    series("caching_off", "no tag", who, [=](benchmark::State& state) {
      const Analyzer analyzer;
      for (auto _ : state) benchmark::DoNotOptimize(call(analyzer));
    });
  };
  untagged("bare function", [](const Analyzer& a) { return a.bare(); });
  untagged("ours", [](const Analyzer& a) { return *a.seeing(); });
}

}  // namespace bench
