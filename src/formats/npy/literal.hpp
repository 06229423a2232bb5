// The parser of Python literals that .npy headers are made of; see literal.cpp for the grammar.
//
//   Result<Literal> header = parse_literal("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }");
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/result.hpp"

namespace cache_on_disk::npy {

/// A parsed literal. Trees are at most `max_literal_nesting` deep.
struct Literal {
  enum class Kind : std::uint8_t { none, boolean, integer, text, tuple, list, dict };

  Kind kind = Kind::none;
  std::int64_t integer = 0;    ///< of an integer; 0 or 1 of a boolean
  std::string text;            ///< UTF-8; a lone surrogate stands as its three bytes
  std::vector<Literal> items;  ///< of a tuple or list; of a dict: key, value, key, value, ...
};

/// Most brackets within each other. CPython's own parser stops at 200.
inline constexpr std::size_t max_literal_nesting = 100;

/// What to do with the suffix of Python 2's long integers, as in 3L.
enum class LongSuffix { refuse, drop };

/// Parses `source`, which must be UTF-8 where it is not ASCII, as one literal. The error says what is wrong
/// and at which byte.
Result<Literal> parse_literal(std::string_view source, LongSuffix suffix);

}  // namespace cache_on_disk::npy
