// A hit in memory, against reading a data member through a call that is not inlined either, and against what one would
// write by hand: std::call_once. And a call without a tag, against the bare function.
//
// Objects are asked in a shuffled order, the same for all: in the order of their addresses the processor would fetch each
// before it is asked for. With several threads, time runs from the first that starts until the last is done.
#include <fmt/format.h>

#include <algorithm>
#include <latch>
#include <map>
#include <memory>
#include <random>
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

/// That many, their values in memory, in the order they are asked. Nothing of it is on disk: that would take a minute.
const std::vector<const Analyzer*>& analyzers(std::size_t count) {
  static std::map<std::size_t, std::unique_ptr<Analyzers>> made;
  static std::map<std::size_t, std::vector<const Analyzer*>> shuffled;
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
    for (const Analyzer& analyzer : analyzers->all) shuffled[count].push_back(&analyzer);
    std::ranges::shuffle(shuffled[count], std::mt19937_64(1));
  }
  return shuffled[count];
}

/// Calls `hit` that many times in each of some threads, one object after the other. Seconds from the first that starts to
/// the end of the last. Each thread has asked every object once before, or the first round, which fetches what others have
/// driven out of the processor's caches, would weigh more where there are few rounds.
template <class Hit>
double seconds_together(std::size_t threads, std::int64_t count, const std::vector<const Analyzer*>& all,
                        Hit hit) {
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::time_point> begin(threads), end(threads);
  std::latch all_ready(static_cast<std::ptrdiff_t>(threads));
  const auto work = [&](std::size_t thread) {
    for (const Analyzer* const one : all) benchmark::DoNotOptimize(hit(*one));
    all_ready.arrive_and_wait();
    begin[thread] = Clock::now();
    std::size_t next = all.size() * thread / threads;
    for (std::int64_t i = 0; i < count; ++i) {
      benchmark::DoNotOptimize(hit(*all[next]));
      if (++next == all.size()) next = 0;
    }
    end[thread] = Clock::now();
  };
  {
    std::vector<std::jthread> running;
    for (std::size_t i = 0; i < threads; ++i) running.emplace_back(work, i);
  }
  return std::chrono::duration<double>(std::ranges::max(end) - std::ranges::min(begin)).count();
}

/// Reports the time of all threads together over the hits of all.
template <class Hit>
void ask_all(const std::string& who, std::size_t instances, int threads, Hit hit) {
  series("memory_hit", fmt::format("{} instances, {} threads", instances, threads), who,
         [=](benchmark::State& state) {
           const auto& all = analyzers(instances);
           const auto each = std::max<std::int64_t>(1, state.max_iterations / threads);
           // One batch, so that the iterations are the hits.
           while (state.KeepRunningBatch(each * threads))
             state.SetIterationTime(seconds_together(static_cast<std::size_t>(threads), each, all, hit));
         })
      ->UseManualTime();
}

}  // namespace

void register_memory_hits() {
  std::vector<int> threads = {1, 2, 8};
  threads.push_back(static_cast<int>(std::thread::hardware_concurrency()));
  std::ranges::sort(threads);
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  for (const std::size_t instances : {1, 1000, 100'000})
    for (const int count : threads) {
      ask_all("data member", instances, count, [](const Analyzer& a) { return read(a.member()); });
      ask_all("ours", instances, count, [](const Analyzer& a) { return read(*a.seeing()); });
      ask_all("std::call_once", instances, count, [](const Analyzer& a) { return read(a.once()); });
      if (instances == 1 && count == 1)
        ask_all("ours, by arguments", instances, count, [](const Analyzer& a) { return read(*a.band(3)); });
    }
  const auto untagged = [](const std::string& who, auto call) {
    series("caching_off", "no tag", who, [=](benchmark::State& state) {
      const Analyzer analyzer;
      for (auto _ : state) benchmark::DoNotOptimize(call(analyzer));
    });
  };
  untagged("bare function", [](const Analyzer& a) { return a.bare(); });
  untagged("ours", [](const Analyzer& a) { return read(*a.seeing()); });
}

}  // namespace bench
