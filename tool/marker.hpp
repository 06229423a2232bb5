// What shows that a directory is a cache, and not somebody's own that happens to bear the prefix.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "scan.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::tool {

/// True for a file that only the library leaves: the lock file, or a CACHEDIR.TAG that says so. What may be an
/// entry is one if it is sound and has a trailer.
bool is_marker(const entry::TagDirectory& directory, const File& file);
bool is_marker(const entry::Finding& finding);

/// True if a directory holds a marker. Those of the Python original do not: only their owner can tell them from
/// a directory of .npy files. Reads the files until one is found.
bool has_marker(const entry::TagDirectory& directory);

/// True if a file ends in the footer of an entry, be it damaged.
bool ends_in_trailer(const entry::TagDirectory& directory, const std::string& name);

/// has_marker() of several directories, each looked through once. Thread-safe.
class Markers {
 public:
  bool has_marker(const entry::TagDirectoryPtr& directory);

 private:
  std::mutex mutex_;
  std::map<std::string, bool> known_;  ///< by path
};

}  // namespace cache_on_disk::tool
