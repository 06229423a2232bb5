// The scale along an axis or a colour bar: where values lie, and which of them are written beside it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cache_on_disk::tool {

struct Tick {
  double value;  ///< on the axis: of a logarithmic one the logarithm
  std::string label;
};

/// A range of values, linear or logarithmic.
struct Axis {
  double low = 0;
  double high = 0;
  bool logarithmic = false;  ///< low and high are decimal logarithms

  /// Where a value lies between low (0) and high (1); 0.5 if they are one.
  double share_of(double value) const;
  /// Values at round numbers, `most` at most (at least two), from the lowest to the highest.
  std::vector<Tick> ticks(std::size_t most) const;
  /// A value of the axis as people read it.
  std::string label(double value) const;
};

}  // namespace cache_on_disk::tool
