// What the cache did, and what it would do: the answers of `statistics` and `explain`.
//
//   std::cout << statistics(analyzer);                       // a table, a row for each method
//   if (explain(residuals, "modes").state == Explanation::State::missing) ...
//
// They are plain structures without ties to the objects they tell of.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "cache_on_disk/detail/export.hpp"

namespace cache_on_disk {

/// What happened to one method in this process, summed over the objects of a walk.
struct MethodStatistics {
  std::string method;               ///< "Class.method"
  std::uint64_t objects = 0;        ///< cells of this method under the root
  std::uint64_t computed = 0;       ///< the function ran
  std::uint64_t from_disk = 0;      ///< values read
  std::uint64_t shared = 0;         ///< taken from another caller that got it meanwhile
  std::uint64_t from_memory = 0;    ///< counted only while a log takes debug lines: counting would slow a hit
  std::uint64_t stored = 0;         ///< values written
  std::uint64_t not_stored = 0;     ///< computed under a tag, but not stored
  std::uint64_t waited = 0;         ///< waits for another process
  std::uint64_t bytes_read = 0;     ///< of the values read
  std::uint64_t bytes_written = 0;  ///< of the values stored
  /// Seconds that the function ran, without those of the cached methods it asked for: these are theirs, so that a sum
  /// counts each second once.
  double seconds_computing = 0;
  double seconds_saved = 0;  ///< seconds that the values read from disk had taken to compute, counted in the same way
};

/// What happened to all methods below a root in this process.
struct Statistics {
  std::vector<MethodStatistics> methods;  ///< in the order of their names
  MethodStatistics total;                 ///< their sum
  /// Calls on cells without a tag, while some root had one: `file:line` and how many. A member that `CACHE_ON_DISK` forgot
  /// shows here.
  std::map<std::string, std::uint64_t> untagged_calls;
  /// Calls under a tag that went without the cache in this process, by "method: why", whatever root they belong to.
  std::map<std::string, std::uint64_t> uncached;
  /// Trouble with the tag directory and what lies in it, by kind and message, and how often.
  std::map<std::string, std::uint64_t> troubles;
};

/// Writes a table, a row for each method, and what else there is to tell in lines below it.
CACHE_ON_DISK_EXPORT std::ostream& operator<<(std::ostream& out, const Statistics& statistics);

/// Why a call would hit or miss.
struct Explanation {
  /// Where the value of the next call comes from.
  enum class State {
    untagged,      ///< no tag: the function runs at each call
    off,           ///< `Mode::off`: the same
    memory,        ///< in memory: the next call takes nanoseconds
    disk,          ///< stored: the next call reads it
    missing,       ///< not stored yet: the next call computes it
    refresh,       ///< stored, but the next call computes it again
    by_arguments,  ///< the method has an entry for each arguments, and was asked for without
    unusable       ///< something is in the way: the next call computes it, and `reason` says why
  };
  State state = State::untagged;  ///< where the value of the next call comes from
  std::string method;             ///< "root.residuals.Residuals.modes"
  std::string path;               ///< the path of the file by its plain name; empty without a tag
  std::string entry_path;         ///< the file really used, or that will be; beside the plain one if that is another's
  std::string reason;             ///< why it is not stored, or not at the plain name
  std::string type;        ///< of the stored value: "npy <f8 2" is an array of doubles with two dimensions, or "pickle"
  std::uint64_t size = 0;  ///< bytes of the file
  double age = 0;          ///< seconds since it was stored; 0 if unknown
  double seconds_saved = 0;                       ///< seconds that computing it took
  bool durable = false;                           ///< bears the durable mark
  bool unchecked = false;                         ///< a file without trailer: nothing proves that it is whole
  std::map<std::string, std::uint64_t> troubles;  ///< with the tag directory or this entry, and how often
  std::map<std::string, std::uint64_t> uncached;  ///< calls that went without the cache, by the reason

  /// The state as a word: "memory", "disk", "missing", ...
  CACHE_ON_DISK_EXPORT std::string state_name() const;
};

/// Writes a few lines for people.
CACHE_ON_DISK_EXPORT std::ostream& operator<<(std::ostream& out, const Explanation& explanation);
CACHE_ON_DISK_EXPORT std::ostream& operator<<(std::ostream& out, const std::vector<Explanation>& explanations);

}  // namespace cache_on_disk
