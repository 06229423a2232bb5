// Looking at an entry without bringing its payload into memory: what it is, and, on demand, whether it is
// whole.
//
// Entries are looked at piece by piece, so that the cost in memory is the same for each (a pickle without trailer is the
// exception: all of it says where it ends); and through a buffer or a guarded mapping, so that a file that somebody cuts
// short meanwhile gives an error and no signal.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "store/reader.hpp"

namespace cache_on_disk::entry {

/// The file `name`, judged by length, footer, metadata and identity; `payload` stays empty. `identity` as for
/// read_entry(). Reads the end of the file; of one without trailer the header, or the whole pickle.
/// Thread-safe.
Finding survey_entry(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
                     const Options& options);

/// Told how many more bytes were checked; returns false to give up.
using Progress = std::function<bool(std::uint64_t bytes)>;

/// The same, and the whole payload checked against its hash, mark or no mark. A trailerless file has no hash,
/// and stays `sound` as far as its format tells. Given up: `refused`. Thread-safe.
Finding check_entry(const TagDirectory& directory, const std::string& name, const std::optional<Hash128>& identity,
                    const Options& options, const Progress& progress = {});

}  // namespace cache_on_disk::entry
