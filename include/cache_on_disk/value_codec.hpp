// Lets Cached cells hold Values, whatever Python stored there.
//
//   Cached<Value> header_;        // (*header()).at("exposure").as_double()
//
// A Value is read from a pickle, or from any .npy file: an array of objects gives its elements as Values.
// Nothing is copied but the structure of the tree.
#pragma once

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk {

/// The value of a payload, pickle or .npy.
Result<Value> read_value(const Payload& payload);

template <>
struct Codec<Value> {
  static StoredType stored_type() { return {Format::pickle, "", -1}; }
  static Result<Value> decode(const Payload& payload) { return read_value(payload); }
};

}  // namespace cache_on_disk
