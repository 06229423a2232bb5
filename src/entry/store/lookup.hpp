// Looking an entry up: at its plain name, then beside it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "store/reader.hpp"

namespace cache_on_disk::entry {

/// Turns a payload into a value; the error says why it cannot be one. Called at most twice.
using Decode = std::function<Result<void>(const Finding&)>;

/// What came of a look-up.
struct Lookup {
  /// The entry that `decode` accepted; nullptr: none. Where it was read into, as to move a Finding takes hundreds of instructions.
  std::unique_ptr<Finding> hit;
  std::string name;          ///< the file of the hit, or the one to store a value in
  bool may_store = true;     ///< false: both names are taken by what is not ours
  std::string reason;        ///< why there is no hit at a name that exists; printable
  std::string damage;        ///< what is wrong with a damaged file there: worth a warning; printable
  std::string damaged_name;  ///< that file
  bool refused = false;      ///< something there must not be read: worth a warning
  bool planted = false;      ///< so is this, though it may be replaced
  bool unread = false;       ///< nobody has looked whether a file without trailer there holds such a value
};

/// Looks for `key`. A sound file that is not ours to use is left alone, and `name` is then beside it.
Lookup look_up(const TagDirectory& directory, const EntryKey& key, const Options& options, const Decode& decode);
/// The same into a fresh `lookup`.
void look_up(const TagDirectory& directory, const EntryKey& key, const Options& options, const Decode& decode,
             Lookup& lookup);

/// Has the client of a network file system forget that it believes missing what look_up() looks for. False if the directory is known
/// to be gone.
bool ask_again(const TagDirectory& directory, const EntryKey& key);

/// As look_up(), without looking at any value: where an entry lies and what state it is in.
Lookup survey(const TagDirectory& directory, const EntryKey& key, const Options& options);

/// Why a sound file is not this key's to use; empty if it is.
std::string objection_to(const Finding& finding, const EntryKey& key);

/// True for what clearing and refreshing may delete under one of the key's names: damaged and trailerless files, and those
/// of the key's origin, in any version up to ours. (What another language stored and we would use counts as ours, since
/// a value that came back after clearing would be a stale one.)
bool is_ours_to_replace(const Finding& finding, const EntryKey& key);

}  // namespace cache_on_disk::entry
