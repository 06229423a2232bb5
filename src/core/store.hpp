// Storing a computed value; trouble costs the caller nothing.
#pragma once

#include "cache_on_disk/core/call.hpp"
#include "core/binding.hpp"
#include "entry/entry_key.hpp"
#include "entry/tag_directory.hpp"

namespace cache_on_disk::core {

/// Writes the value of the call under `file`. Whatever goes wrong is reported and counted, never thrown.
void store(const Binding& binding, const entry::EntryKey& key, const entry::TagDirectory& directory,
           const std::string& file, Call& call, double seconds, const Options& options) noexcept;

}  // namespace cache_on_disk::core
