// Storing a computed value; trouble costs the caller nothing.
#pragma once

#include <optional>

#include "binding/binding.hpp"
#include "cache_on_disk/detail/core/call.hpp"
#include "format/entry_key.hpp"
#include "report/uncached.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::core {

/// Writes the value of the call under `file`. Gives what kept it from that, if anything: it is counted here, and for the caller
/// to tell.
std::optional<Uncached> store(const Binding& binding, const entry::EntryKey& key, const entry::TagDirectory& directory,
                              const std::string& file, Call& call, double seconds, const Options& options) noexcept;

}  // namespace cache_on_disk::core
