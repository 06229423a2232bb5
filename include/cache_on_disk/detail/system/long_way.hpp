// What a hit in memory reads to know whether it may do nothing but return the value.
#pragma once

#include <atomic>

#include "cache_on_disk/detail/export.hpp"

namespace cache_on_disk::system {

/// Why a hit in memory has more to do than to return the value: 0, or several of the reasons below. Read on every hit.
CACHE_ON_DISK_EXPORT inline constinit std::atomic<unsigned char> hits_take_the_long_way{0};
inline constexpr unsigned char hits_are_logged = 1;      ///< the log wants to hear of them
inline constexpr unsigned char hits_depend_on_mode = 2;  ///< values in memory may be unwanted: core::mode_allows_memory

/// Whether that reason holds from now on. Thread-safe.
inline void send_hits_the_long_way(unsigned char reason, bool holds) noexcept {
  if (holds)
    hits_take_the_long_way.fetch_or(reason);
  else
    hits_take_the_long_way.fetch_and(static_cast<unsigned char>(~reason));
}

}  // namespace cache_on_disk::system
