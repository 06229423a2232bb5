// How a tag stands in an archive: one member a sound entry, "cacheT/root.A.m.npy" (or, where the tag is a path,
// "cache20240410/112233/root.A.m.npy"), each with its trailer; at the end "cacheT/CACHEDIR.TAG", whose last line counts and
// sums up the others, so that a missing one is missed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "format/hash.hpp"

namespace cache_on_disk::tool {

/// Sums up the members of an archive as they come.
class ArchiveDigest {
 public:
  /// `footer`: the last 128 bytes of the entry.
  void add(std::string_view name, std::span<const std::byte> footer);
  /// The content of the last member.
  std::string closing_text() const;
  std::uint64_t entries() const { return entries_; }

 private:
  entry::Hasher hasher_;
  std::uint64_t entries_ = 0;
};

}  // namespace cache_on_disk::tool
