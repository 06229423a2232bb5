// Getting the lock of a missing entry, or waiting for whoever computes it in another process.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "binding/binding.hpp"
#include "cache_on_disk/detail/core/call.hpp"
#include "call/flights.hpp"
#include "store/entry_lock.hpp"

namespace cache_on_disk::core {

class DistantLook;
class HolderWatch;
struct Seen;

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

/// One call's way to the lock of an entry that is missing: a holder is waited for as long as it lives and makes progress, and is
/// passed over when it was stopped for five seconds, when waiting would never end, or when patience does. What it is made of
/// must outlive it; the lock alone may outlive the call, on a thread that hangs in the kernel. Used by one thread.
class EntryWait {
 public:
  EntryWait(std::shared_ptr<entry::EntryLock> lock, const entry::TagDirectoryPtr& directory, const Binding& binding,
            const FlightKey& key, Call& call, const Patience& patience)
      : lock_(std::move(lock)), directory_(directory), binding_(binding), key_(key), call_(call), patience_(patience) {}

  /// Takes the lock, or gives it up. `file` is what the entry would be read from. After `look_again` it may be asked once more.
  LockedAs take(const std::string& file);
  /// True once it had to wait.
  bool has_waited() const noexcept { return waited_; }

 private:
  LockedAs wait(const std::string& file);
  Seen look_here();
  std::optional<LockedAs> out_of_patience(bool has_seen, DistantLook* distant);
  std::optional<LockedAs> pass_over(const Seen& seen, HolderWatch& holder);
  LockedAs without_lock() const;
  LockedAs compute_here_as_well(std::string_view why) const;

  std::shared_ptr<entry::EntryLock> lock_;
  const entry::TagDirectoryPtr& directory_;
  const Binding& binding_;
  const FlightKey& key_;
  Call& call_;
  Patience patience_;
  Callers callers_{};  // once it waits
  bool waited_ = false;
};

}  // namespace cache_on_disk::core
