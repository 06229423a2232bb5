// What has happened to one cached method in this process.
#pragma once

#include <atomic>
#include <cstdint>

namespace cache_on_disk::core {

/// Counted on slow paths only: a hit in memory touches none of it.
struct Counters {
  std::atomic<std::uint64_t> computed{0};
  std::atomic<std::uint64_t> from_disk{0};
  std::atomic<std::uint64_t> shared{0};  ///< taken from another caller in this process
  std::atomic<std::uint64_t> stored{0};
  std::atomic<std::uint64_t> not_stored{0};  ///< computed under a tag, but not stored
  std::atomic<std::uint64_t> waited{0};
  std::atomic<std::uint64_t> from_memory{0};  ///< only while hits are observed
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<std::uint64_t> bytes_written{0};
  std::atomic<double> seconds_computing{0};
  std::atomic<double> seconds_saved{0};  ///< that the stored values took to compute

  static void add(std::atomic<double>& sum, double seconds) {
    double before = sum.load(std::memory_order_relaxed);
    while (!sum.compare_exchange_weak(before, before + seconds, std::memory_order_relaxed)) {
    }
  }
};

}  // namespace cache_on_disk::core
