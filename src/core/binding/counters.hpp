// What has happened to one cached method in this process.
#pragma once

#include <atomic>
#include <cstdint>

#include "cache_on_disk/statistics.hpp"

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

  static void add(std::atomic<std::uint64_t>& sum, std::uint64_t count) { sum += count; }
  static void add(std::atomic<double>& sum, double seconds) {
    double before = sum.load(std::memory_order_relaxed);
    while (!sum.compare_exchange_weak(before, before + seconds, std::memory_order_relaxed)) {
    }
  }
};

/// Calls visit(name, member of Counters, member of MethodStatistics) for each counter: the one list of them. Sums and the
/// reports of both languages are made by it; a new counter is a member of the two structs and a line here.
template <class Visit>
constexpr void for_each_counter(Visit&& visit) {
  using Sums = MethodStatistics;
  visit("computed", &Counters::computed, &Sums::computed);
  visit("from_disk", &Counters::from_disk, &Sums::from_disk);
  visit("shared", &Counters::shared, &Sums::shared);
  visit("from_memory", &Counters::from_memory, &Sums::from_memory);
  visit("stored", &Counters::stored, &Sums::stored);
  visit("not_stored", &Counters::not_stored, &Sums::not_stored);
  visit("waited", &Counters::waited, &Sums::waited);
  visit("bytes_read", &Counters::bytes_read, &Sums::bytes_read);
  visit("bytes_written", &Counters::bytes_written, &Sums::bytes_written);
  visit("seconds_computing", &Counters::seconds_computing, &Sums::seconds_computing);
  visit("seconds_saved", &Counters::seconds_saved, &Sums::seconds_saved);
}

}  // namespace cache_on_disk::core
