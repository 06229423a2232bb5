// Taking an entry that comes from elsewhere, such as an archive: checked like one read from disk, then
// published anew.
#pragma once

#include <string>

#include "upkeep/seal.hpp"

namespace cache_on_disk::entry {

/// How to take entries.
struct ImportRules {
  std::string from_directory;  ///< name of the tag directory they were stored in
  bool foreign = true;         ///< mark them as foreign: they then give plain data only
  bool replace = false;        ///< also where there is a sound entry already
};

enum class Imported { stored, already_there, busy };

/// Takes the `size` bytes that `read` gives as the entry `name` of the directory, which may be called
/// otherwise than the one they come from. The error says why they are not a sound entry of that name (code
/// EBADMSG), or could not be stored.
Result<Imported> import_entry(const TagDirectoryPtr& directory, const std::string& name, const ReadAt& read,
                              std::uint64_t size, const ImportRules& rules, const Options& options);

}  // namespace cache_on_disk::entry
