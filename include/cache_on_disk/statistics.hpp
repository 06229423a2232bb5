// What the cache did, and what it would do.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace cache_on_disk {

/// What happened to one method (Class.method), summed over the objects of a walk, in this process.
struct MethodStatistics {
  std::string method;
  std::uint64_t objects = 0;   ///< cells of this method under the root
  std::uint64_t computed = 0;  ///< the function ran
  std::uint64_t from_disk = 0;
  std::uint64_t shared = 0;       ///< taken from another caller that got it meanwhile
  std::uint64_t from_memory = 0;  ///< counted only while a log file takes debug lines: counting would slow a hit
  std::uint64_t stored = 0;
  std::uint64_t not_stored = 0;  ///< computed under a tag, but not stored
  std::uint64_t waited = 0;      ///< waits for another process
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  /// The method's own: what it waited for other cached methods that it asked for is theirs, so that sums count each second
  /// once.
  double seconds_computing = 0;
  double seconds_saved = 0;  ///< what the values read from disk had taken to compute, in the same way
};

struct Statistics {
  std::vector<MethodStatistics> methods;  ///< by name
  MethodStatistics total;
  /// Calls on cells without a tag, while some root had one: "file:line" and how many. A forgotten member shows here.
  std::map<std::string, std::uint64_t> untagged_calls;
  /// Calls under a tag that went without the cache in this process, by "method: why", whatever root they belong to.
  std::map<std::string, std::uint64_t> uncached;
  /// Trouble with the tag directory and what lies in it, by kind and message, and how often.
  std::map<std::string, std::uint64_t> troubles;
};

/// As a table.
std::ostream& operator<<(std::ostream& out, const Statistics& statistics);

/// Why a call would hit or miss.
struct Explanation {
  enum class State {
    untagged,      ///< no tag: the function runs at each call
    off,           ///< CACHE_ON_DISK=off
    memory,        ///< buffered: the next call takes nanoseconds
    disk,          ///< stored: the next call reads it
    missing,       ///< not stored yet: the next call computes it
    refresh,       ///< stored, but the next call computes it anew
    by_arguments,  ///< only of a whole root: the method has an entry for each argument
    unusable       ///< something is in the way: the next call computes it, and `reason` says why
  };
  State state = State::untagged;
  std::string method;        ///< "root.residuals.Residuals.modes"
  std::string path;          ///< the plain name; empty without a tag
  std::string entry_path;    ///< the file really used, or that will be; beside the plain one if that is not ours
  std::string reason;        ///< why it is not stored, or not at the plain name
  std::string type;          ///< "npy <f8 2", of the stored value
  std::uint64_t size = 0;    ///< of the file, bytes
  double age = 0;            ///< seconds since it was stored; 0 if unknown
  double seconds_saved = 0;  ///< what computing it took
  bool durable = false;      ///< bears the durable mark
  bool unchecked = false;    ///< a file without trailer: nothing proves that it is whole
  std::map<std::string, std::uint64_t> troubles;  ///< with the tag directory or this entry, and how often
  std::map<std::string, std::uint64_t> uncached;  ///< calls that went without the cache, by the reason

  /// "memory", "disk", "missing", ...
  std::string state_name() const;
};

/// In a few lines for people.
std::ostream& operator<<(std::ostream& out, const Explanation& explanation);
std::ostream& operator<<(std::ostream& out, const std::vector<Explanation>& explanations);

}  // namespace cache_on_disk
