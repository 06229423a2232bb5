#include "cache_on_disk/buffer_lock.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "system/fork.hpp"

namespace cache_on_disk::detail {

void with_buffer_locked(const void* cell, void (*action)(void*), void* data) {
  // A few mutexes for all cells, so that a fork can take and free them.
  static constexpr std::size_t count = 16;
  static auto& mutexes = *[] {
    auto all = std::make_unique<std::vector<std::unique_ptr<system::GlobalMutex>>>();
    for (std::size_t i = 0; i < count; ++i)
      all->push_back(std::make_unique<system::GlobalMutex>(system::MutexRank::slots));
    return all.release();
  }();
  const std::size_t number = (reinterpret_cast<std::uintptr_t>(cell) * 0x9E3779B97F4A7C15u >> 32) % count;
  const std::lock_guard lock(*mutexes[number]);
  action(data);
}

}  // namespace cache_on_disk::detail
