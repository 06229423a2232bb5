// Hits, counted from the logs that programs wrote with set_logfile.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "cache_on_disk/result.hpp"

namespace cache_on_disk::tool {

/// How often each entry was used. The cache itself keeps no such count: a hit must cost nothing.
///
/// A line tells a hit in memory by tag and name, arguments included, and not by file: the file is the one from which the log
/// last said that a value of that tag and name was read, or to which it was saved; where it says neither, as in a log that
/// began later, the one at the plain name.
class HitLog {
 public:
  /// Adds the hits that a log tells of; other lines are passed over.
  Result<void> read(const std::string& path);

  /// The hits of the entry in a file, on disk and in memory.
  std::uint64_t hits(const std::string& path) const;
  /// Those in memory of which the log does not tell the file. `stem` is the whole name.
  std::uint64_t hits_of_unknown_files(const std::string& tag, const std::string& stem) const;

 private:
  void read_line(const std::string& line);

  std::unordered_map<std::string, std::uint64_t> hits_;          // by path
  std::unordered_map<std::string, std::uint64_t> unattributed_;  // by "tag stem"
  std::unordered_map<std::string, std::string> file_last_used_;  // by "tag stem", of the log being read
  std::unordered_map<std::string, std::string> directories_;     // by the names they have in logs
};

}  // namespace cache_on_disk::tool
