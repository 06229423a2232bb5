// The type strings of a descr: "<f8", "float64", "<M8[25s]", "i4,(2,3)f8".
#pragma once

#include <string_view>

#include "cache_on_disk/dtype.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk::npy {

/// Reads a type string as numpy.dtype(string) does; type_string.cpp has the grammar. A repeat count without a
/// comma ("3i4") gives a sub-array.
Result<Dtype> parse_type_string(std::string_view text);

}  // namespace cache_on_disk::npy
