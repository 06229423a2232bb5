// Tagging many objects.
#include <benchmark/benchmark.h>

#include <vector>

#include "cache_on_disk/cache_on_disk.hpp"
#include "ratio_table.hpp"

namespace {

using cache_on_disk::Cached;

class Loop {
  Cached<double> gain_;
  Cached<double> noise_;
  CACHE_ON_DISK(Loop, gain_, noise_)
};

struct Root {
  std::vector<Loop> loops;
  CACHE_ON_DISK(Root, loops)
};

/// Reports the time of one cell of one object.
void set_tag_100000(benchmark::State& state) {
  Root root;
  root.loops.resize(100'000);
  cache_on_disk::set_tmpdir(root, bench::scratch_directory());
  bool other = false;
  while (state.KeepRunningBatch(200'000)) {
    other = !other;
    cache_on_disk::set_tag(root, other ? "A" : "B");
  }
}
BENCHMARK(set_tag_100000);

}  // namespace
