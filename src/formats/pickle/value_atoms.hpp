// Writes those values of a tree that contain no others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "cache_on_disk/detail/pickle/writer.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk::pickle {

/// Writes None, numbers, short texts, dates, NumPy's scalars and dtypes, globals. False for everything else.
bool write_atom(Writer& writer, const ValueView& value);

// The number under which they are remembered.
std::uint64_t write_array(Writer& writer, const ValueView& value);  ///< or a masked array
std::uint64_t write_bytearray(Writer& writer, const ValueView& value);

/// What is called for a time, datetime or timezone, and its first argument; the attribute() may follow.
void begin_time(Writer& writer, const ValueView& value);

inline std::string_view chars(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace cache_on_disk::pickle
