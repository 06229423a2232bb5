// Getting the lock of a missing entry, or waiting for whoever computes it in another process.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "binding/binding.hpp"
#include "cache_on_disk/detail/core/call.hpp"
#include "call/flights.hpp"
#include "store/entry_lock.hpp"

namespace cache_on_disk::core {

enum class LockedAs {
  holder,      ///< we hold the lock: look again, then compute
  without,     ///< to be computed without a lock: none to be had, or waiting is pointless
  unanswered,  ///< the same, and the file system does not answer: nothing is to be asked of it
  look_again,  ///< not held, but the entry may be there by now
  interrupted
};

/// For how long one waits.
struct Patience {
  std::optional<std::chrono::steady_clock::time_point> deadline;  ///< with anybody
  std::optional<std::chrono::milliseconds>
      with_lost_lock;  ///< with a host that may have vanished, where nobody frees its lock
};

/// Takes the lock, waiting for as long as its holder lives and makes progress: it is passed over when it was stopped
/// for five seconds, when waiting would never end, or when patience is. `waited` tells whether there was a wait. The lock may
/// outlive the call, on a thread that hangs in the kernel.
LockedAs lock_entry(const std::shared_ptr<entry::EntryLock>& lock, const entry::TagDirectoryPtr& directory,
                    const Binding& binding, const FlightKey& key, const std::string& file, Call& call,
                    const Patience& patience, bool& waited);

}  // namespace cache_on_disk::core
