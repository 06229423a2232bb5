// Whether two values are the same, and if not, how they differ.
#pragma once

#include <string>

#include "payload.hpp"

namespace cache_on_disk::tool {

/// Two numbers a and b are taken for equal if |a - b| <= absolute + relative * |b|, as in numpy.allclose.
struct Tolerance {
  double relative = 0;
  double absolute = 0;
};

/// The difference in a few words, or nothing. NaN equals NaN here: what was computed alike is alike.
std::string difference_between(const Value& a, const Value& b, const Tolerance& tolerance);

}  // namespace cache_on_disk::tool
