// A descriptor that carries byte locks, and a way to wait for one without being stuck in the kernel.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "cache_on_disk/result.hpp"
#include "files/descriptor.hpp"
#include "process/fork.hpp"

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
  /// Closes it early and tells whether that went well (close(2)).
  bool close() noexcept { return descriptor_.close(); }

 private:
  Descriptor descriptor_;
};

/// Makes a LockDescriptor of what `open` gives, a Result<Descriptor>, and gives a Result with a shared pointer to it. A fork by another
/// thread between the two leaves the child a descriptor that it does not know of and never closes: locks would stay after
/// their process. Then the file is opened once more, and the descriptor that the child has carries no lock.
template <class Open>
Result<std::shared_ptr<LockDescriptor>> open_lock_descriptor(Open&& open) {
  while (true) {
    const std::uint64_t forks = forks_so_far();
    auto file = open();
    if (!file) return file.error();
    auto descriptor = std::make_shared<LockDescriptor>(*std::move(file));
    if (forks_so_far() == forks) return descriptor;
  }
}

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
