// What the benchmarks share: names that scripts/bench understands, a scratch directory, the sizes, a cell to measure.
//
// A benchmark is named scenario/case/who, as in "disk_hit/1 KiB/LMDB". All of a scenario run in one process, their
// repetitions shuffled, so that the machine's moods meet all of them alike.
#pragma once

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "cache_on_disk/cache_on_disk.hpp"

namespace bench {

/// A directory of the benchmark's own below TMPDIR, removed at the end of the program.
const std::string& scratch_directory();

/// Set by --quick: what takes gigabytes or minutes is left out.
inline bool quick = false;

/// Registers `run(benchmark::State&)` under scenario/case/who.
template <class F>
benchmark::internal::Benchmark* series(const std::string& scenario, const std::string& which, const std::string& who,
                                       F run) {
  return benchmark::RegisterBenchmark((scenario + "/" + which + "/" + who).c_str(), run);
}

/// Runs `action` with the clock on, and `prepare` before each with the clock off. For what takes microseconds: reading the
/// clock costs some 50 ns. The series must have UseManualTime().
template <class Prepare, class Action>
void timed(benchmark::State& state, Prepare prepare, Action action) {
  using Clock = std::chrono::steady_clock;
  for (auto _ : state) {
    prepare();
    const auto start = Clock::now();
    action();
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - start).count());
  }
}

struct Size {
  const char* name;
  std::size_t doubles;
};
inline constexpr Size sizes[] = {{"8 B", 1},           {"1 KiB", 128},      {"64 KiB", 8 << 10},
                                 {"1 MiB", 128 << 10}, {"64 MiB", 8 << 20}, {"1 GiB", 128 << 20}};

/// As many doubles, made once for each size, shared: a function that returns it costs nothing.
const cache_on_disk::Array<double>& values(std::size_t doubles);

/// Uses a value: one number of every 64 bytes, so that each cache line is brought in.
double use(std::span<const double> numbers);

/// Reads a number that lies somewhere. DoNotOptimize() is content with an address of it, and then it is never read.
inline double read(const double& number) { return const_cast<const volatile double&>(number); }

/// Has as much memory at hand as two values of this size take, and more. A virtual machine may give what is free back to its
/// host, and whoever uses it next waits for that: up to eight times as long as for filling it. Off the clock, it costs nobody.
void have_memory(std::size_t doubles);

/// Makes the next reading of a file go to the disk, where the file system lets us.
void drop_pages(const std::string& path);

/// An object with one cached method, tagged.
template <class T>
class Holder {
 public:
  explicit Holder(const std::string& tag) {
    cache_on_disk::set_tmpdir(*this, scratch_directory());
    cache_on_disk::set_tag(*this, tag);
  }
  template <class F>
  const T& value(F&& compute) {
    return *ref_.emplace(cell_(compute));
  }
  /// A value that must be there.
  const T& stored() {
    return value([]() -> T { throw std::logic_error("a miss"); });
  }
  void forget() { cell_.forget(); }
  std::string path() const { return cache_on_disk::get_disk_cacher(*this, "cell").fullpath(); }

 private:
  cache_on_disk::Cached<T> cell_;
  std::optional<cache_on_disk::CachedRef<T>> ref_;
  CACHE_ON_DISK(Holder, cell_)
};

// Each file registers what it measures.
void register_memory_hits();
void register_memory_lines();
void register_disk_hits();
void register_first_hits();
void register_stores();
void register_walks();
void register_tag_sizes();
void register_crowds();

}  // namespace bench
