// What the mode in force means for values in memory, and what Mode::refresh has had computed already.
#pragma once

#include <atomic>
#include <cstdint>

#include "cache_on_disk/options.hpp"
#include "format/hash.hpp"

namespace cache_on_disk::core {

/// How often the mode was switched to Mode::refresh: values that are older are not wanted any more. Even. Thread-safe.
std::uint32_t refresh_era() noexcept;

/// Notes a change of the mode: whether hits in memory take the long way, and whether another era begins, in which each entry
/// is computed once. Called under the mutex of the options.
void note_mode(Mode before, Mode now);

/// Entries that Mode::refresh has had computed in this era. Thread-safe.
bool was_refreshed(const entry::Hash128& entry);
void remember_refreshed(const entry::Hash128& entry);

}  // namespace cache_on_disk::core
