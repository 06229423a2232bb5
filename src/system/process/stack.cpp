#include "process/stack.hpp"

#include <pthread.h>

#include <cstdint>
#include <limits>

namespace cache_on_disk::system {
namespace {

struct Bounds {
  std::uintptr_t lowest = 0;
  std::size_t size = 0;
};

Bounds bounds_of_this_thread() noexcept {
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return {};
  void* lowest = nullptr;
  std::size_t size = 0;
  const bool known = ::pthread_attr_getstack(&attributes, &lowest, &size) == 0;
  ::pthread_attr_destroy(&attributes);
  if (!known) return {};
  return {reinterpret_cast<std::uintptr_t>(lowest), size};
}

}  // namespace

StackRoom stack_room() noexcept {
  static thread_local const Bounds bounds = bounds_of_this_thread();
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  // Greenlets and the like run on stacks of their own making.
  if (bounds.size == 0 || here < bounds.lowest || here - bounds.lowest > bounds.size)
    return {std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max()};
  return {here - bounds.lowest, bounds.size};
}

}  // namespace cache_on_disk::system
