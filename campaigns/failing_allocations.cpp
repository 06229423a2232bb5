#include "failing_allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace campaign {
namespace {

thread_local int left = -1;
thread_local bool failed = false;
std::atomic<std::int64_t> living{0};

bool fails() noexcept {
  if (left < 0 || left-- > 0) return false;
  failed = true;
  return true;
}

void* count(void* place) {
  if (place == nullptr) throw std::bad_alloc();
  living.fetch_add(1, std::memory_order_relaxed);
  return place;
}

void release(void* place) noexcept {
  if (place != nullptr) living.fetch_sub(1, std::memory_order_relaxed);
  std::free(place);
}

}  // namespace

void fail_allocation(int number) noexcept {
  left = number;
  failed = false;
}
bool allocation_has_failed() noexcept { return failed; }
std::int64_t living_allocations() noexcept { return living; }

AllocationsSpared::AllocationsSpared() noexcept : left_(left) { left = -1; }
AllocationsSpared::~AllocationsSpared() { left = left_; }

}  // namespace campaign

// Not inlined: GCC takes new and free for a mismatch where it sees through one of them only.
[[gnu::noinline]] void* operator new(std::size_t size) {
  return campaign::count(campaign::fails() ? nullptr : std::malloc(size == 0 ? 1 : size));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  return campaign::count(campaign::fails() ? nullptr : std::aligned_alloc(step, (size + step - 1) / step * step));
}
[[gnu::noinline]] void operator delete(void* place) noexcept { campaign::release(place); }
[[gnu::noinline]] void operator delete(void* place, std::size_t) noexcept { campaign::release(place); }
[[gnu::noinline]] void operator delete(void* place, std::align_val_t) noexcept { campaign::release(place); }
[[gnu::noinline]] void operator delete(void* place, std::size_t, std::align_val_t) noexcept {
  campaign::release(place);
}
