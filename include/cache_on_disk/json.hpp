// to_json: a value as JSON (RFC 8259), for other programs.
//
//   *to_json(value) == R"({"gain": 0.5, "modes": [1, 2, 3]})"
#pragma once

#include <cstddef>
#include <string>

#include "cache_on_disk/result.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk {

struct JsonOptions {
  /// Longest text: what a tree shares is written each time it is met.
  std::size_t max_size = std::size_t{256} << 20;
  /// Deepest nesting: other programs' parsers recurse.
  std::size_t max_depth = 1000;
};

/// The value as one line of JSON.
///
/// None is null; str, int, float, bool and lists are what they are; tuples, sets, deques and arrays are
/// lists; keys that are not a str are written as their repr(). NaN and the infinities, which JSON lacks, are the
/// strings "nan", "inf", "-inf"; complex numbers are [real, imag]; bytes are {"bytes": "<base64>"}; dates and
/// times are ISO 8601 strings; a class, a function and a member of an enumeration that is pickled by its name are "module.Name" and
/// "module.Name.member"; any other inert object is {"class": "module.Name", "arguments": [...], "keywords": ...,
/// "state": ..., "items": ..., "entries": ...}, null where the pickle has none of them. An error for cycles, and beyond the limits. Does not recurse.
Result<std::string> to_json(const ValueView& value, const JsonOptions& options = {});

}  // namespace cache_on_disk
