// What the machine allows a hit among many objects: reading lines of memory in a random order, each at once or only after the
// one before, as by following a pointer. Says how much of the processor's caches is there for us.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "support.hpp"

namespace bench {
namespace {

struct alignas(64) Line {
  std::uint32_t next = 0;
};

/// A ring through that many lines, in a random order.
struct Ring {
  explicit Ring(std::size_t count) : order(count), lines(count) {
    std::iota(order.begin(), order.end(), 0);
    std::ranges::shuffle(order, std::mt19937_64(1));
    for (std::size_t i = 0; i < count; ++i) lines[order[i]].next = order[(i + 1) % count];
  }
  std::vector<std::uint32_t> order;
  std::vector<Line> lines;
};

std::uint32_t read(const Line& line) { return const_cast<const volatile Line&>(line).next; }

}  // namespace

void register_memory_lines() {
  for (const std::size_t mib : {1, 4, 8, 16, 64}) {
    const std::size_t count = mib << 14;
    const std::string which = fmt::format("{} MiB", mib);
    series("memory_lines", which, "many at a time", [count](auto& state) {
      const Ring ring(count);
      while (state.KeepRunningBatch(static_cast<std::int64_t>(count)))
        for (const std::uint32_t place : ring.order) benchmark::DoNotOptimize(read(ring.lines[place]));
    });
    series("memory_lines", which, "one after the other", [count](auto& state) {
      const Ring ring(count);
      std::uint32_t place = 0;
      while (state.KeepRunningBatch(static_cast<std::int64_t>(count)))
        for (std::size_t i = 0; i < count; ++i) place = read(ring.lines[place]);
      benchmark::DoNotOptimize(place);
    });
  }
}

}  // namespace bench
