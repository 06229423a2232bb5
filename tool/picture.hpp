// An array brought to the size of a picture: of a line the range of each column, of an image the mean of each
// cell.
#pragma once

#include <cstddef>
#include <vector>

#include "cache_on_disk/any_array.hpp"

namespace cache_on_disk::tool {

/// The range of values that fall into a column; empty (low > high) if there are none.
struct Range {
  double low;
  double high;
};

/// A line plot or a heat map. Values that are not finite are left out.
struct Picture {
  std::size_t count = 0;  ///< of numbers along a line
  std::size_t width = 0;
  std::size_t height = 1;      ///< 1: a line
  std::vector<Range> columns;  ///< of a line
  std::vector<double> cells;   ///< of an image, by rows; NaN where there is no value
  double low = 0;              ///< over all that is shown
  double high = 0;
  bool is_line() const { return !columns.empty(); }
};

/// Reduces an array: of one dimension (or none) to a line of `width` columns at most, of more to an image of
/// the last two dimensions at their first indices, of `width` times `height` cells at most. An error for what
/// holds no numbers.
Result<Picture> picture_of(const AnyArray& array, std::size_t width, std::size_t height);

/// A picture as text: dots in Braille or asterisks; shades, coloured if `colors`.
std::string plot_text(const Picture& picture, std::size_t height, bool unicode, bool colors);

/// Writes a picture as a PNG file.
Result<void> write_png(const Picture& picture, const std::string& path);

}  // namespace cache_on_disk::tool
