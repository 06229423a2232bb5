// Hits, counted from the logs that programs wrote with set_logfile.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "cache_on_disk/result.hpp"

namespace cache_on_disk::tool {

/// How often each entry was used. The cache itself keeps no such count: a hit must cost nothing.
class HitLog {
 public:
  /// Adds the hits that a log tells of; other lines are passed over.
  Result<void> read(const std::string& path);

  /// The hits of an entry, on disk and in memory. `stem` is its whole name.
  std::uint64_t hits(const std::string& path, const std::string& tag, const std::string& stem) const;

 private:
  std::unordered_map<std::string, std::uint64_t> on_disk_;    // by path
  std::unordered_map<std::string, std::uint64_t> in_memory_;  // by "tag stem"
};

}  // namespace cache_on_disk::tool
