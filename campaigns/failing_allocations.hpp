// Allocations that fail on demand, and a count of those that live. The operators are replaced in the whole program.
#pragma once

#include <cstdint>

namespace campaign {

/// Lets the allocation number `number` (from 0) of this thread fail, once; negative: none.
void fail_allocation(int number) noexcept;
/// Whether one failed since the last call of fail_allocation.
bool allocation_has_failed() noexcept;
/// How many allocations of all threads live.
std::int64_t living_allocations() noexcept;

/// While one lives, this thread's allocations are neither counted down nor failing: they are the function's own.
class AllocationsSpared {
 public:
  AllocationsSpared() noexcept;
  ~AllocationsSpared();
  AllocationsSpared(const AllocationsSpared&) = delete;
  AllocationsSpared& operator=(const AllocationsSpared&) = delete;

 private:
  int left_;
};

}  // namespace campaign
