// Publishing an entry whose payload lies in another file.
#pragma once

#include <optional>
#include <string>

#include "format/entry_key.hpp"
#include "format/hash.hpp"
#include "upkeep/seal.hpp"

namespace cache_on_disk::entry {

/// Reads a descriptor, which must outlive it.
ReadAt reader_of(int descriptor);

/// As publish(), with `payload_size` bytes that `read` gives from offset 0 on, piece by piece. With
/// `expected`, nothing is published unless they have that hash: code EBADMSG.
Result<std::uint64_t> publish_copy(const TagDirectory& directory, const std::string& name, const EntryKey& key,
                                   Metadata metadata, const ReadAt& read, std::uint64_t payload_size,
                                   const std::optional<Hash128>& expected, const Options& options);

}  // namespace cache_on_disk::entry
