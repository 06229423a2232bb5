// What keeps a cached method from being cached under a tag: told once, counted, shown by explain, thrown where that is wanted.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace cache_on_disk::core {

/// One way in which a call under a tag goes without the cache.
struct Uncached {
  std::string
      method;  ///< as explain names it: "root.residuals.Residuals.modes"; "Residuals.modes" of a nameless object
  std::string reason;       ///< a word or two for the kind, as in Trouble
  std::string message;      ///< a sentence: what happened, to what, and what to do
  std::string place{};      ///< what it is told once for; empty: the method
  std::string directory{};  ///< the directory of the tag, Context::place(); empty: the tag is not known
};

/// Counts it, and reports it (log/log.hpp). Throws UncachedError under Options::strict. Thread-safe.
void tell_uncached(const Uncached& what);

/// How many calls of a method under a tag went without the cache, by message: roots of two tags may have one name. Thread-safe.
std::map<std::string, std::uint64_t> uncached_calls(const std::string& method, const std::string& directory);
/// The same of all methods, by "method: message".
std::map<std::string, std::uint64_t> uncached_calls();

}  // namespace cache_on_disk::core
