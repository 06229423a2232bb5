// A hit in memory, against reading a data member through a call that is not inlined either.
#include <benchmark/benchmark.h>

#include "cache_on_disk/cache_on_disk.hpp"
#include "ratio_table.hpp"

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

 private:
  double member_ = 0.5;
  Cached<double> seeing_;
  Cached<double(int)> band_;
  CACHE_ON_DISK(Analyzer, seeing_, band_)
};

Analyzer& analyzer() {
  static Analyzer& tagged = *[] {
    auto* const fresh = new Analyzer;
    cache_on_disk::set_tmpdir(*fresh, bench::scratch_directory());
    cache_on_disk::set_tag(*fresh, "MEMORY");
    return fresh;
  }();
  return tagged;
}

void data_member(benchmark::State& state) {
  const Analyzer& a = analyzer();
  for (auto _ : state) benchmark::DoNotOptimize(a.member());
}
BENCHMARK(data_member);

void memory_hit(benchmark::State& state) {
  const Analyzer& a = analyzer();
  for (auto _ : state) benchmark::DoNotOptimize(*a.seeing());
}
BENCHMARK(memory_hit);

void memory_hit_by_arguments(benchmark::State& state) {
  const Analyzer& a = analyzer();
  for (auto _ : state) benchmark::DoNotOptimize(*a.band(3));
}
BENCHMARK(memory_hit_by_arguments);

}  // namespace
