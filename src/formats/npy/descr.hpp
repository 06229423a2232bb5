// The descr of an .npy header: from a parsed Python literal to a Dtype and back to text.
#pragma once

#include <span>
#include <string>

#include "cache_on_disk/dtype.hpp"
#include "cache_on_disk/result.hpp"
#include "npy/literal.hpp"

namespace cache_on_disk::npy {

/// Reads a descr: a type string, or a list of fields; descr.cpp has the grammar.
Result<Dtype> dtype_from_descr(const Literal& descr);

/// Reads a tuple of numbers that are not negative, at most `most` of them. `what` names it in the error.
Result<Shape> shape_from_literal(const Literal& tuple, std::size_t most, const char* what);

}  // namespace cache_on_disk::npy
