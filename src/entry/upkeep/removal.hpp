// Deleting an entry, or an emptied tag directory, in a way that disturbs nobody who uses it.
#pragma once

#include <string>

#include "files/calls.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

enum class Removal {
  removed,
  missing,  ///< somebody else was faster
  busy,     ///< it is being computed, or the directory is in use
  changed,  ///< another file has its name by now, or the directory is not empty
  failed    ///< errno tells why
};

/// Deletes the file `name` if it is still the one that `judged` describes, holding the entry's lock. Where
/// there are no locks it is deleted all the same: an entry is published whole, and never found half gone.
/// Thread-safe.
Removal remove_entry(const TagDirectoryPtr& directory, const std::string& name, const std::string& stem,
                     const system::FileStatus& judged);

/// Deletes a tag directory in which there is nothing but the lock file or CACHEDIR.TAG, or both, and in which nobody
/// computes anything. An empty one without either, which no cache need have made, stays. Thread-safe.
Removal remove_tag_directory(const TagDirectory& directory);

}  // namespace cache_on_disk::entry
