// A descriptor that carries byte locks, and a way to wait for one without being stuck in the kernel.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "system/descriptor.hpp"

namespace cache_on_disk::system {

/// A descriptor of a lock file, with its own open file description, so that its locks exclude those of every other
/// one, also within this process. In a forked child it is closed at once, without unlocking: the lock stays the
/// parent's and goes when the parent dies.
class LockDescriptor {
 public:
  explicit LockDescriptor(Descriptor descriptor);
  ~LockDescriptor();
  LockDescriptor(const LockDescriptor&) = delete;
  LockDescriptor& operator=(const LockDescriptor&) = delete;

  /// -1 in a forked child.
  int number() const noexcept { return descriptor_.number(); }

 private:
  friend void close_lock_descriptors_in_child();
  Descriptor descriptor_;
};

/// Waits for a byte lock that somebody else holds. The kernel wakes a helper thread the moment the lock is free;
/// the caller meanwhile waits in slices, between which it can look at other things.
class LockWait {
 public:
  enum class State { waiting, granted, interrupted, failed };

  /// Starts waiting for the byte at `offset`; the descriptor then carries the lock.
  LockWait(std::shared_ptr<LockDescriptor> descriptor, off_t offset);
  /// Gives up: a lock that comes later is let go at once.
  ~LockWait();
  LockWait(const LockWait&) = delete;
  LockWait& operator=(const LockWait&) = delete;

  /// Waits up to `slice`. `interrupted`: a signal came in between.
  State wait(std::chrono::milliseconds slice);
  /// errno of a wait that failed.
  int error() const noexcept;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace cache_on_disk::system
