// What of the time that a computation takes is its method's own.
//
// A method that asks for other cached values while it computes waits for them, whoever computes them, here or elsewhere: that
// time is theirs, and is counted with them. Where several of them run at once, as under asyncio.gather, the time during which
// any of them runs is theirs.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "cache_on_disk/detail/core/call.hpp"

namespace cache_on_disk::core {

/// What others have done within one computation.
struct ShareOfOthers;

/// A computation of a caller (the first of Call::callers), from its construction on. A caller's computations end in reverse order.
class Computation {
 public:
  explicit Computation(std::uintptr_t caller);
  ~Computation();
  Computation(const Computation&) = delete;
  Computation& operator=(const Computation&) = delete;

  /// The seconds until now that were not others'. Thread-safe.
  double own_seconds() const;

 private:
  std::uintptr_t caller_;
  std::shared_ptr<ShareOfOthers> others_;
  std::chrono::steady_clock::time_point start_;
};

/// While it lives, the innermost computation of each of these callers (Call::callers) waits for others: the nearest has asked for
/// another cached value, and those around it wait for that. Thread-safe.
class TimeOfOthers {
 public:
  explicit TimeOfOthers(const std::vector<std::uintptr_t>& callers) { begin(callers); }
  /// The same for a call's callers, who are asked for only if anybody computes anything.
  explicit TimeOfOthers(const Call& call);
  ~TimeOfOthers();
  TimeOfOthers(const TimeOfOthers&) = delete;
  TimeOfOthers& operator=(const TimeOfOthers&) = delete;

 private:
  void begin(const std::vector<std::uintptr_t>& callers);
  std::vector<std::shared_ptr<ShareOfOthers>> within_;  // empty: nobody waits
};

}  // namespace cache_on_disk::core
