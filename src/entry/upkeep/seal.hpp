// Giving a trailer to a file that has none, from the Python original or from np.save.
//
// What is sealed keeps its unknown origin, which every class accepts; from then on it is checked like any
// entry.
#pragma once

#include <string>

#include "cache_on_disk/options.hpp"
#include "format/metadata.hpp"
#include "store/copy.hpp"
#include "store/reader.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// The metadata that a sound trailerless file gets. An error if its name does not tell its stem, or its
/// payload no type.
Result<Metadata> metadata_of_trailerless(const TagDirectory& directory, const std::string& name, const Finding& finding,
                                         const ReadAt& read);

/// Replaces the trailerless file `name` by an entry with the same payload, under the entry's lock. The error
/// has code EBUSY if the entry is being computed; any failure leaves the file as it was.
Result<void> seal_entry(const TagDirectoryPtr& directory, const std::string& name, const Options& options);

}  // namespace cache_on_disk::entry
