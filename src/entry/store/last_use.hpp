// When a tag was last used: the modification time of its lock file.
//
// A process that looks into a tag directory touches it once, so that whoever makes room can begin with what
// nobody reads any more. It only chooses what to delete; nothing else keys on it.
#pragma once

#include <cstdint>

#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// Notes that the directory is in use; cheap from the second time on. Makes the lock file if it is missing,
/// and is silent where neither is allowed. Thread-safe.
void note_use(const TagDirectory& directory) noexcept;

/// When the directory was last used, seconds since 1970: the time of its lock file, or where there is none,
/// its own. 0 if neither can be told.
std::int64_t last_use(const TagDirectory& directory) noexcept;

}  // namespace cache_on_disk::entry
