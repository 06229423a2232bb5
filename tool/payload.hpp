// What a payload is, in a few words, and its bytes.
#pragma once

#include <optional>
#include <string>

#include "cache_on_disk/detail/npy/header.hpp"
#include "cache_on_disk/value.hpp"
#include "store/reader.hpp"

namespace cache_on_disk::tool {

/// A dtype by the name numpy gives it: "float64", "datetime64[ns]"; of a structure, or one in another byte
/// order, its descr.
std::string dtype_name(const Dtype& dtype);

/// What a payload holds, as far as its beginning tells.
struct PayloadType {
  std::string type;            ///< "float64"; "dict"; "pickle" where that would take reading all of a large one
  std::optional<Shape> shape;  ///< of an array
  std::string text() const;    ///< "float64 (3, 4)"
};

/// Looks at the payload of a sound entry. Never fails: what cannot be told is "pickle" or "?".
PayloadType type_of(const entry::TagDirectory& directory, const std::string& name, const entry::Finding& finding);

/// The value of a payload, pickle or .npy. Nothing in it is executed; an error for a pickle that would have
/// its reader do harm.
Result<Value> value_of(const entry::Finding& finding);

}  // namespace cache_on_disk::tool
