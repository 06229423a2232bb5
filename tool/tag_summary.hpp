// Each tag of a directory in a few numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scan.hpp"

namespace cache_on_disk::tool {

/// What a tag directory holds.
struct TagSummary {
  std::string tmpdir;
  std::string component;
  std::uint64_t entries = 0;    ///< sound ones
  std::uint64_t bytes = 0;      ///< of entries, damaged ones and left-overs
  double seconds = 0;           ///< of computing
  std::uint64_t unchecked = 0;  ///< of the entries: without trailer
  std::uint64_t damaged = 0;
  std::uint64_t unreadable = 0;  ///< refused, or of a newer format
  std::uint64_t left_overs = 0;  ///< temporary files
  std::uint64_t foreign = 0;     ///< files that are nothing of the cache
  std::int64_t oldest = 0;       ///< when the first of the entries was stored, seconds since 1970; 0: unknown
  std::int64_t newest = 0;
  std::int64_t last_use = 0;
  bool has_marker = false;  ///< CACHEDIR.TAG or the lock file
  bool is_ours = false;     ///< holds a marker (marker.hpp), not just names that fit
  std::string trouble;      ///< why it could not be read, or read whole

  /// False for directories that only happen to bear the prefix.
  bool is_cache() const { return entries + damaged + unreadable + left_overs > 0 || has_marker || !trouble.empty(); }
  void add(const TagSummary& part);
};

struct Summaries {
  std::vector<TagSummary> tags;
  bool complete = true;  ///< false: said on standard error what could not be read
};

Result<Summaries> summarize(const Session& session, const Target& target);

/// When an entry was stored, nanoseconds since 1970: a file without trailer tells only its own time.
std::int64_t created(const entry::Finding& finding);
/// Seconds since then; 0 for the unknown and the future.
double age_of(std::int64_t seconds_since_1970);
/// "3 d"; "-" for the unknown.
std::string age_text(std::int64_t seconds_since_1970);

void print_table(const Session& session, const std::string& tmpdir, const std::vector<TagSummary>& tags);
void print_json(const Session& session, const std::string& tmpdir, const std::vector<TagSummary>& tags);

}  // namespace cache_on_disk::tool
