// The lock file of a tag directory, opened so that nobody who may write the directory can turn it against us.
#pragma once

#include "cache_on_disk/result.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// Opens the lock file for locking, and makes it if it is missing. Where others may write the directory, a file under
/// this name may be a link to any file of ours, or be held for ever by a stranger: there it is used only if writing and
/// locking it gives nobody a power that he lacks. The error has the code of the failure, EACCES if it is not used.
Result<system::Descriptor> open_lock_file(const TagDirectory& directory);

/// Whether holders may tell of themselves in it: not where it may be a link to a file of ours.
bool may_write_lock_file(const TagDirectory& directory);

}  // namespace cache_on_disk::entry
