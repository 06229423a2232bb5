// Deleting entries, and sweeping up what dead writers left.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "cache_on_disk/options.hpp"
#include "format/entry_key.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// A method whose entries are to go.
struct ClearRequest {
  EntryKey key;  ///< of a by-arguments method: with the stem before the parenthesis
  bool by_arguments = false;
};

struct ClearReport {
  std::size_t deleted = 0;
  std::vector<std::string> deleted_names;
  std::vector<std::string> left_alone;  ///< "name: why", printable, for sound entries of others and failures
};

/// Deletes the entries of the methods that are ours: trailerless, damaged, or of our origin. One scan of the directory
/// serves all by-arguments methods.
ClearReport clear(const TagDirectory& directory, const std::deque<ClearRequest>& requests, const Options& options);

/// What a sweep came to.
struct Swept {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

/// Deletes temporary files of writers that are gone: unchanged for ten minutes and no longer locked, or, where locks are
/// not supported, older than seven days. `dry_run`: only counts them.
Swept sweep(const TagDirectory& directory, bool dry_run = false);

}  // namespace cache_on_disk::entry
