// Publishing an entry: whole or not at all.
#pragma once

#include <optional>
#include <string>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/options.hpp"
#include "format/entry_key.hpp"
#include "format/metadata.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::entry {

/// Writes the encoded value under `name`, replacing what is there, and returns the size of the file. Others see the old
/// state or the whole new entry, never anything between. Nothing is left behind on failure. The error says what failed
/// and where; code ENOSPC also stands for the floor of free space.
///
/// `metadata.directory`, `.stem` and `.origin` are filled in here. With `expected`, a payload that hashes to anything else
/// is not published: code EBADMSG.
Result<std::uint64_t> publish(const TagDirectory& directory, const std::string& name, const EntryKey& key,
                              const Encoding& encoding, Metadata metadata, const Options& options,
                              const std::optional<Hash128>& expected = std::nullopt);

}  // namespace cache_on_disk::entry
