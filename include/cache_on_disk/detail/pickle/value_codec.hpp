// Lets Cached cells hold Values, whatever Python stored there.
//
//   Cached<Value> header_;        // (*header()).at("exposure").as_double()
//
// A Value is read from a pickle, or from any .npy file: an array of objects gives its elements as Values.
// Nothing is copied but the structure of the tree.
#pragma once

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk {

/// The value of a payload, pickle or .npy, which it keeps alive by its owner. The error says at which byte what is wrong. Nothing
/// in it is executed, and it may be hostile.
CACHE_ON_DISK_EXPORT Result<Value> read_value(const Payload& payload);

/// The value as a pickle, in which what it shares is shared, too. An error for what has no public form: scalars of NumPy that
/// are structures or long doubles.
CACHE_ON_DISK_EXPORT Result<Encoding> encode_value(const Value& value);

template <>
struct Codec<Value> {
  static StoredType stored_type() { return {Format::pickle, "", -1}; }
  static Result<Encoding> encode(const Value& value) { return encode_value(value); }
  static Result<Value> decode(const Payload& payload) { return read_value(payload); }
};

}  // namespace cache_on_disk
