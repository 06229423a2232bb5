// Getting the lock of a missing entry, or waiting for whoever computes it in another process.
#pragma once

#include <chrono>
#include <optional>

#include "cache_on_disk/core/call.hpp"
#include "core/binding.hpp"
#include "core/flights.hpp"
#include "entry/entry_lock.hpp"

namespace cache_on_disk::core {

enum class LockedAs {
  holder,      ///< we hold the lock: look again, then compute
  without,     ///< to be computed without a lock: none to be had, or waiting is pointless
  look_again,  ///< not held, but the entry may be there by now
  interrupted
};

/// Takes the lock, waiting for as long as its holder lives and makes progress: it is passed over when it was stopped
/// for five seconds, when waiting would never end, or when `deadline` is over. `waited` tells whether there was a wait.
LockedAs lock_entry(entry::EntryLock& lock, const entry::TagDirectory& directory, const Binding& binding,
                    const FlightKey& key, const std::string& file, Call& call,
                    std::optional<std::chrono::steady_clock::time_point> deadline, bool& waited);

}  // namespace cache_on_disk::core
