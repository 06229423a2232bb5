// Publishing an entry whose payload lies in another file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "cache_on_disk/options.hpp"
#include "format/entry_key.hpp"
#include "format/hash.hpp"
#include "format/metadata.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// Reads exactly `bytes.size()` bytes from `offset` on.
using ReadAt = std::function<Result<void>(std::span<std::byte> bytes, std::uint64_t offset)>;

/// Reads a descriptor, which must outlive it.
ReadAt reader_of(int descriptor);

/// As publish(), with `payload_size` bytes that `read` gives from offset 0 on, piece by piece. With
/// `expected`, nothing is published unless they have that hash: code EBADMSG.
Result<std::uint64_t> publish_copy(const TagDirectory& directory, const std::string& name, const EntryKey& key,
                                   Metadata metadata, const ReadAt& read, std::uint64_t payload_size,
                                   const std::optional<Hash128>& expected, const Options& options);

}  // namespace cache_on_disk::entry
