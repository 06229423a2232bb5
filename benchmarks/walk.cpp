// Tagging and clearing many objects. No other library walks C++ objects; the floor is to visit each cell and write a shared
// pointer into it.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "support.hpp"

namespace bench {
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

struct BareLoop {
  std::shared_ptr<int> gain, noise;
};

/// Runs `walk(even)` so that the time of one cell of one object is reported.
template <class Walk>
void per_cell(benchmark::State& state, std::size_t objects, Walk walk) {
  bool even = false;
  while (state.KeepRunningBatch(static_cast<std::int64_t>(2 * objects))) walk(even = !even);
}

template <class Run>
auto walk_series(const std::string& scenario, std::size_t objects, const std::string& who, Run run) {
  return series(scenario, fmt::format("{} objects", objects), who, [=](auto& state) {
    if (objects >= 100'000) have_memory(64 * objects);
    run(state);
  });
}

}  // namespace

void register_walks() {
  for (const std::size_t count : {10, 1000, 100'000, 1'000'000}) {
    if (quick && count > 100'000) continue;
    walk_series("set_tag", count, "ours", [=](auto& state) {
      Root root;
      root.loops.resize(count);
      cache_on_disk::set_tmpdir(root, scratch_directory());
      per_cell(state, count, [&](bool even) { cache_on_disk::set_tag(root, even ? "WALKA" : "WALKB"); });
    });
    walk_series("set_tag", count, "ours, for the first time", [=](auto& state) {
      while (state.KeepRunningBatch(static_cast<std::int64_t>(2 * count))) {
        Root root;
        root.loops.resize(count);
        const auto begin = std::chrono::steady_clock::now();
        cache_on_disk::set_tag(root, "WALKA");  // touches no disk, so the default tmpdir will do
        state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
      }
    })->UseManualTime();
    walk_series("set_tag", count, "make a shared_ptr in each", [=](auto& state) {
      std::vector<BareLoop> loops(count);
      per_cell(state, count, [&](bool even) {
        for (BareLoop& loop : loops) loop.gain = loop.noise = nullptr;
        for (BareLoop& loop : loops) {
          loop.gain = std::make_shared<int>(even);
          loop.noise = std::make_shared<int>(even);
        }
      });
    });
    walk_series("clear_cache", count, "ours", [=](auto& state) {
      Root root;
      root.loops.resize(count);
      cache_on_disk::set_tmpdir(root, scratch_directory());
      cache_on_disk::set_tag(root, "WALKC");
      per_cell(state, count, [&](bool) { cache_on_disk::clear_cache(root); });
    });
  }
}

}  // namespace bench
