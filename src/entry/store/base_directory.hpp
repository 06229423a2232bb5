// The directory that tag directories lie in: opened link by link, and judged.
//
// Whoever may rename what lies in it can pass the directory of one tag off as that of another, or a directory of ours that
// was never a cache as one; and a link that somebody else made leads us to write where he likes. So both are asked whose
// they are. Directories further up are not judged.
#pragma once

#include "cache_on_disk/result.hpp"
#include "files/descriptor.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// Opens the tmpdir of a place. The error has code ENOENT if it is missing and was not to be made, and EACCES if it must
/// not be trusted; it tells the owner and what to do.
Result<system::Descriptor> open_base_directory(const Place& place, IfMissing if_missing);

/// What lies at a path, or at the nearest path above it that can be looked at, and whose it is, for messages:
/// "; /a/b is a symbolic link and belongs to ann (uid 7)".
std::string whose_it_is(const std::string& path);

}  // namespace cache_on_disk::entry
