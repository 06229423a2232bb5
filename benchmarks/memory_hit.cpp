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
#include <mutex>
#include <random>
#include <thread>
#include <type_traits>

#include "support.hpp"

namespace bench {
namespace {

using cache_on_disk::Cached;
using cache_on_disk::CachedRef;

// Each has what its way needs and nothing else: what lies beside it would be fetched with it.
struct Member {
  [[gnu::noipa]] const double& value() const { return value_; }
  double value_ = 0.5;
};

struct Once {
  [[gnu::noipa]] const double& value() const {
    std::call_once(flag_, [this] { value_ = 0.5; });
    return value_;
  }
  mutable std::once_flag flag_;
  mutable double value_ = 0;
};

struct Ours {
  [[gnu::noipa]] CachedRef<double> value() const {
    return value_([] { return 0.5; });
  }
  Cached<double> value_;
  CACHE_ON_DISK(Ours, value_)
};

// Larger values lie outside of the cell, as those of a vector lie outside of it.
using Numbers = std::vector<double>;

struct VectorMember {
  [[gnu::noipa]] const Numbers& value() const { return value_; }
  Numbers value_{0.5};
};

struct OursVector {
  [[gnu::noipa]] CachedRef<Numbers> value() const {
    return value_([] { return Numbers{0.5}; });
  }
  Cached<Numbers> value_;
  CACHE_ON_DISK(OursVector, value_)
};

struct OursByArguments {
  [[gnu::noipa]] CachedRef<double> value() const {
    return value_(3, [] { return 0.5; });
  }
  Cached<double(int)> value_;
  CACHE_ON_DISK(OursByArguments, value_)
};

template <class T>
struct Many {
  explicit Many(std::size_t count) : all(count) {}
  std::vector<T> all;
  CACHE_ON_DISK(Many, all)
};

template <class T>
concept IsOurs = std::is_same_v<T, Ours> || std::is_same_v<T, OursVector> || std::is_same_v<T, OursByArguments>;

double number(const double& value) { return read(value); }
double number(const Numbers& value) { return read(value.front()); }

/// That many, their values in memory, in the order they are asked. Nothing of it is on disk: that would take a minute.
template <class T>
const std::vector<const T*>& objects(std::size_t count) {
  static std::map<std::size_t, std::unique_ptr<Many<T>>> made;
  static std::map<std::size_t, std::vector<const T*>> shuffled;
  auto& one = made[count];
  if (!one) {
    one = std::make_unique<Many<T>>(count);
    if constexpr (IsOurs<T>) {
      cache_on_disk::set_tmpdir(*one, scratch_directory());
      cache_on_disk::set_tag(*one, fmt::format("MEMORY{}", count));
      cache_on_disk::Options readonly = cache_on_disk::options();
      readonly.mode = cache_on_disk::Mode::readonly;
      cache_on_disk::set_options(readonly);
    }
    for (const T& object : one->all) object.value();
    if constexpr (IsOurs<T>) cache_on_disk::set_options({});
    for (const T& object : one->all) shuffled[count].push_back(&object);
    std::ranges::shuffle(shuffled[count], std::mt19937_64(1));
  }
  return shuffled[count];
}

/// What an object gives, read.
template <class T>
double ask(const T& object) {
  if constexpr (IsOurs<T>)
    return number(*object.value());
  else
    return number(object.value());
}

/// Asks that many times in each of some threads, one object after the other. Seconds from the first that starts to
/// the end of the last. Each thread has asked every object once before, or the first round, which fetches what others have
/// driven out of the processor's caches, would weigh more where there are few rounds.
template <class T>
double seconds_together(std::size_t threads, std::int64_t count, const std::vector<const T*>& all) {
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::time_point> begin(threads), end(threads);
  std::latch all_ready(static_cast<std::ptrdiff_t>(threads));
  const auto work = [&](std::size_t thread) {
    for (const T* const one : all) benchmark::DoNotOptimize(ask(*one));
    all_ready.arrive_and_wait();
    begin[thread] = Clock::now();
    std::size_t next = all.size() * thread / threads;
    for (std::int64_t i = 0; i < count; ++i) {
      benchmark::DoNotOptimize(ask(*all[next]));
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
template <class T>
void ask_all(const std::string& who, std::size_t instances, int threads) {
  series("memory_hit", fmt::format("{} instances, {} threads", instances, threads), who, [=](benchmark::State& state) {
    const auto& all = objects<T>(instances);
    const auto each = std::max<std::int64_t>(1, state.max_iterations / threads);
    // One batch, so that the iterations are the hits.
    while (state.KeepRunningBatch(each * threads))
      state.SetIterationTime(seconds_together(static_cast<std::size_t>(threads), each, all));
  })->UseManualTime();
}

struct Untagged {
  [[gnu::noipa]] double bare() const { return member_ + 1; }
  [[gnu::noipa]] CachedRef<double> value() const {
    return value_([this] { return member_ + 1; });
  }
  double member_ = 0.5;
  Cached<double> value_;
  CACHE_ON_DISK(Untagged, value_)
};

}  // namespace

void register_memory_hits() {
  std::vector<int> threads = {1, 2, 8};
  threads.push_back(static_cast<int>(std::thread::hardware_concurrency()));
  std::ranges::sort(threads);
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  for (const std::size_t instances : {1, 1000, 100'000})
    for (const int count : threads) {
      ask_all<Member>("data member", instances, count);
      ask_all<Ours>("ours", instances, count);
      ask_all<Once>("std::call_once", instances, count);
      if (count == 1) ask_all<VectorMember>("data member, a vector", instances, count);
      if (count == 1) ask_all<OursVector>("ours, a vector", instances, count);
      if (instances == 1 && count == 1) ask_all<OursByArguments>("ours, by arguments", instances, count);
    }
  series("caching_off", "no tag", "bare function", [](auto& state) {
    const Untagged object;
    for (auto _ : state) benchmark::DoNotOptimize(object.bare());
  });
  series("caching_off", "no tag", "ours", [](auto& state) {
    const Untagged object;
    for (auto _ : state) benchmark::DoNotOptimize(read(*object.value()));
  });
}

}  // namespace bench
