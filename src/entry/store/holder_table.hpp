// The small table at the head of the lock file: who computes which entry, and what they wait for.
//
// It is advice: for messages, to see a cycle of waits, to pass over a stopped holder. 64 slots of 1024 bytes. Whoever
// uses a slot holds the lock on its first byte, so a slot is dead when its owner is. A slot holds lines of text, filled
// up with NUL bytes:
//
//   slot = checksum (16 hex) "\n" offset "\n" host "\n" boot "\n" pid namespace "\n" pid "\n" start time "\n"
//          stem "\n" awaited directory "\n" awaited offset "\n"
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "files/lock_descriptor.hpp"
#include "process/process.hpp"

namespace cache_on_disk::entry {

inline constexpr int holder_slots = 64;
inline constexpr std::size_t holder_slot_size = 1024;

/// An entry of a directory, as the table names it.
struct AwaitedEntry {
  std::string directory;  ///< path of the tag directory
  off_t offset = 0;       ///< the entry's byte in its lock file
  bool operator==(const AwaitedEntry&) const = default;
};

struct HolderRecord {
  system::ProcessIdentity process;
  std::string stem;                     ///< what is computed
  std::optional<AwaitedEntry> awaited;  ///< what the computing thread waits for
};

/// A slot of the table, in use until destruction.
class HolderSlot {
 public:
  /// Finds a free slot; none if all are taken or the file cannot be locked.
  static std::optional<HolderSlot> claim(std::shared_ptr<system::LockDescriptor> file, off_t entry_offset);
  HolderSlot(HolderSlot&& other) noexcept = default;
  HolderSlot& operator=(HolderSlot&& other) noexcept = default;
  ~HolderSlot();

  void write(const HolderRecord& record);

 private:
  HolderSlot(std::shared_ptr<system::LockDescriptor> file, off_t entry_offset, int slot);
  std::shared_ptr<system::LockDescriptor> file_;
  off_t entry_offset_;
  int slot_;
};

/// The live record of the holder of the entry at `entry_offset`; none if there is no such one, or it is unreadable.
std::optional<HolderRecord> find_holder(int lock_file, off_t entry_offset);

/// The same, by the path of the tag directory: for following a chain of waits.
std::optional<HolderRecord> find_holder(const AwaitedEntry& entry);

}  // namespace cache_on_disk::entry
