// What an entry is looked up by.
#pragma once

#include <string>

#include "format/hash.hpp"
#include "format/names.hpp"
#include "format/origin.hpp"

namespace cache_on_disk::entry {

/// One stored value, as seen by one origin.
struct EntryKey {
  std::string directory_name;  ///< prefix + tag, a relative path
  std::string stem;            ///< whole name, unshortened
  Hash128 identity;            ///< of the two above
  Origin origin;               ///< ours

  std::string plain_file() const { return entry::plain_file(stem); }
  std::string beside_file() const { return entry::beside_file(stem, hash_of(origin)); }
};

inline EntryKey make_key(std::string directory_name, std::string stem, const Origin& origin) {
  const Hash128 id = identity(directory_name, stem);
  return {std::move(directory_name), std::move(stem), id, origin};
}

}  // namespace cache_on_disk::entry
