// Reads pickles of every protocol, 0 to 5, into Values.
//
//   Result<Value> value = pickle::read(payload);
//   if (!value) std::cerr << value.error().message;      // "byte 17: APPEND to a tuple"
//
// What Python's own types, its standard containers and dates, and NumPy put into a pickle is interpreted;
// every other class stays an inert object. Nothing is imported, nothing called: the input may be hostile.
// Time and memory are proportional to its size. docs/values.md tells which globals are interpreted.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/result.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk::pickle {

/// What a reader takes at most.
struct Limits {
  /// Containers within each other, counted when an item is put into one. Python writes at most 4999 levels by
  /// default.
  std::size_t depth = 10000;
  /// Digits of an int written as text (protocols 0 and 1): reading them costs quadratic time. Python's own
  /// limit.
  std::size_t text_digits = 4300;
};

/// The value of the pickle that fills the payload exactly. Strings, bytes and arrays are views of the
/// payload, which the value keeps alive by its owner; without an owner the payload is copied first. The elements
/// of an array may lie unaligned: as<T>() then copies them. An error says at which byte what went wrong.
CACHE_ON_DISK_EXPORT Result<Value> read(const Payload& payload, const Limits& limits = {});

}  // namespace cache_on_disk::pickle
