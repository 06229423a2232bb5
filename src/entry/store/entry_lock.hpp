// The lock of one entry: a byte of the tag directory's lock file, chosen by the hash of the plain name.
//
// It only keeps two processes from computing the same value. The kernel frees it when its holder dies, and correctness
// never rests on it: where a file system has no locks, values are computed twice and are right.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "files/lock_descriptor.hpp"
#include "store/holder_table.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// One try for, wait for, or hold of an entry's lock. Used by one thread, but for announce(), which any may call; several objects
/// exclude each other, in one process as between processes.
class EntryLock {
 public:
  enum class State {
    held,
    busy,         ///< somebody else holds it
    interrupted,  ///< a signal came while waiting
    unavailable   ///< there are no locks to be had here; see error()
  };

  EntryLock(TagDirectoryPtr directory, const std::string& stem);
  ~EntryLock();
  EntryLock(const EntryLock&) = delete;
  EntryLock& operator=(const EntryLock&) = delete;

  /// Takes the lock if it is free.
  State try_acquire();
  /// After `busy`: waits up to `slice` for it; the kernel wakes us, or on a network file system a polite poll.
  State wait(std::chrono::milliseconds slice);
  /// After `busy` on a network: how long to leave the server alone before the next try; longer each time.
  std::chrono::milliseconds next_pause() noexcept;
  /// After `busy`, where its holder's host seems to have vanished and nobody will ever free it: another byte counts from now
  /// on. All who lose patience come to the same one, so that one of them computes.
  void pass_over() noexcept;
  /// Lets it go, and withdraws the record.
  void release() noexcept;

  /// While held: tells others who computes this entry; later nothing. Advice only. Thread-safe.
  void announce(const HolderRecord& record);
  /// The same where nobody waits for others yet: on a network, where it takes four operations, only once the entry has been
  /// computed for a second.
  void announce_in_time(const HolderRecord& record);
  /// After `busy`: the record of whoever holds it, if there is one.
  std::optional<HolderRecord> holder() const;

  const Error& error() const noexcept { return error_; }

 private:
  struct Later;
  void tell(const HolderRecord& record);
  State open();
  State check_in_place();

  TagDirectoryPtr directory_;
  std::string stem_;
  off_t offset_;
  std::shared_ptr<system::LockDescriptor> file_;
  std::unique_ptr<system::LockWait> wait_;
  std::mutex telling_;  // over what announce() and release() share
  std::optional<HolderSlot> slot_;
  std::shared_ptr<Later> later_;
  std::chrono::milliseconds pause_{10};
  bool held_ = false;
  Error error_;
};

/// The offset of an entry's byte in the lock file, behind the table of holders.
off_t lock_offset(const std::string& stem);

}  // namespace cache_on_disk::entry
