// Deleting entries: what clear and prune have in common.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "json.hpp"
#include "scan.hpp"
#include "upkeep/removal.hpp"

namespace cache_on_disk::tool {

/// How deleting an entry ended, in words. To be called before anything else can change errno.
std::string text_of(entry::Removal removal);

/// What a cleaning came to. Everything that stays is told of on standard error when it is met.
struct Cleaned {
  std::atomic<std::uint64_t> entries{0};
  std::atomic<std::uint64_t> bytes{0};
  std::atomic<std::uint64_t> left_overs{0};  ///< temporary files of dead writers
  std::atomic<std::uint64_t> directories{0};
  std::atomic<std::uint64_t> kept{0};  ///< what could not or must not be deleted
};

/// Deletes the entries of a tag and its left-overs, and the directory if nothing is left in it; or one entry.
/// Never deletes what is not of the cache, never an entry that is being computed. `dry_run`: only counts.
void clean(const Target& target, bool dry_run, Cleaned& cleaned);

/// "deleted 3 entries (1.2 GiB)".
std::string summary_of(const Cleaned& cleaned, bool dry_run);
void add_members(JsonWriter& json, const Cleaned& cleaned, bool dry_run);

}  // namespace cache_on_disk::tool
