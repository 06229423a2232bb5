#include "cache_on_disk/detail/cells/buffer_lock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "process/fork.hpp"

namespace cache_on_disk::detail {

namespace {
struct BufferMutex : system::GlobalMutex {
  BufferMutex() : GlobalMutex(system::MutexRank::slots) {}
};
/// A few mutexes for all cells, so that a fork can take and free them.
using BufferMutexes = std::array<BufferMutex, 16>;
}  // namespace

void with_buffer_locked(const void* cell, void (*action)(void*), void* data) {
  auto& mutexes = system::lasting<BufferMutexes>();
  const std::size_t number = (reinterpret_cast<std::uintptr_t>(cell) * 0x9E3779B97F4A7C15u >> 32) % mutexes.size();
  const std::lock_guard lock(mutexes[number]);
  action(data);
}

}  // namespace cache_on_disk::detail
