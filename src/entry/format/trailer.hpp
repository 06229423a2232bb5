// What stands behind a payload: metadata and footer in one piece.
#pragma once

#include <cstdint>
#include <string>

#include "format/entry_key.hpp"
#include "format/metadata.hpp"

namespace cache_on_disk::entry {

/// Fills in what follows from the key and the type of the stored value: directory, stem and origin.
void complete(Metadata& metadata, const EntryKey& key, const StoredType& stored);

/// The trailer of an entry without durable mark: what format_metadata() gives, and the footer.
std::string format_trailer(std::string metadata, std::uint64_t payload_size, const Hash128& payload_hash,
                           const Hash128& identity);

}  // namespace cache_on_disk::entry
