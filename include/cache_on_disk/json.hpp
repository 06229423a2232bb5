// `to_json`: a value as JSON (RFC 8259), for other programs.
//
//   *to_json(value) == R"({"gain": 0.5, "modes": [1, 2, 3]})"
//
// What JSON has no form for is written in one that people understand; it cannot be read back as it was.
#pragma once

#include <cstddef>
#include <string>

#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/result.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk {

/// Limits of what `to_json` writes.
struct JsonOptions {
  /// Longest text, in bytes: what a tree shares is written each time it is met.
  std::size_t max_size = std::size_t{256} << 20;
  /// Deepest nesting: the parsers of other programs recurse.
  std::size_t max_depth = 1000;
};

/// The value as one line of JSON.
///
/// - None is null; str, int, float, bool and lists are what they are.
/// - Tuples, sets, deques and arrays are lists; keys that are not a str are written as their `repr`.
/// - NaN and the infinities, which JSON lacks, are the strings "nan", "inf", "-inf"; complex numbers are `[real, imag]`.
/// - Bytes are `{"bytes": "<base64>"}`; dates and times are ISO 8601 strings.
/// - A class or function is "module.Name", a member of an enumeration that is pickled by its name "module.Name.member".
/// - Any other inert object is `{"class": "module.Name", "arguments": [...], "keywords": ..., "state": ..., "items": ...,
///   "entries": ...}`, with null for what the pickle does not have.
///
/// An error for cycles, and beyond the limits. Throws only `std::bad_alloc`, and does not recurse.
CACHE_ON_DISK_EXPORT Result<std::string> to_json(const ValueView& value, const JsonOptions& options = {});

}  // namespace cache_on_disk
