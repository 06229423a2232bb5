// The durable mark: eight bytes in an entry's footer which say that its payload has reached the disk.
//
// Entries are published without fsync, so after a power loss a file may have its right length and footer over a
// damaged payload. Whoever finds no mark checks the whole payload. The first reader that has done so lets a background
// thread call fdatasync and then writes the mark; from then on nobody needs to. The mark is bound to inode and birth
// time, so a copy of the file bears none; and to the modification time, which its writer sets back, so that a file which
// somebody wrote into afterwards (`rsync --inplace`, `dd`) bears none and is checked in full.
#pragma once

#include <cstdint>
#include <string>

#include "files/calls.hpp"
#include "format/hash.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// The mark of this very file in this state; never 0.
std::uint64_t durable_mark(const Hash128& identity, const system::FileStatus& status, const system::BirthTime& birth);

/// A file whose payload was found whole, to be marked once it is on disk.
struct MarkRequest {
  TagDirectoryPtr directory;
  std::string name;
  std::string stem;  ///< names the lock to hold if the file must go
  Hash128 identity;
  system::FileStatus status;
  system::BirthTime birth;
};

/// Asks the background thread to mark the file. Returns at once; what is not done when the process ends, or in a
/// forked child, is dropped. Thread-safe.
void mark_when_durable(MarkRequest request);

/// Waits until the background thread has nothing left to do. For tests and orderly ends.
void wait_for_marks();

}  // namespace cache_on_disk::entry
