// An array brought to the size of a picture: of a line the range of each column, of an image the mean of each
// cell.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "axis.hpp"
#include "cache_on_disk/any_array.hpp"

namespace cache_on_disk::tool {

/// The range of values that fall into a column.
struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;

  bool is_empty() const { return low > high; }
  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

/// True of an image that is so long in one direction that square cells would make it a strip: it fills the room there is.
inline bool is_long(std::size_t rows, std::size_t row_length) { return rows > 4 * row_length || row_length > 4 * rows; }

/// A line plot or a heat map. Values that are not finite are left out, and with logarithms those that are not positive.
struct Picture {
  std::size_t count = 0;       ///< of numbers along a line
  std::size_t rows = 0;        ///< of an image, as the array has them
  std::size_t row_length = 0;  ///< of an image, as the array has it
  std::size_t width = 0;
  std::size_t height = 1;      ///< 1: a line
  std::vector<Range> columns;  ///< of a line
  std::vector<double> cells;   ///< of an image, by rows; NaN where there is no value
  Axis values;  ///< the range of all that is shown; of a logarithmic one columns and cells are logarithms
  bool is_line() const { return !columns.empty(); }
  /// True of a line of few numbers, whose first and last lie at the edges.
  bool is_stretched() const { return is_line() && count > 1 && 2 * count <= width; }
  bool is_long() const { return tool::is_long(rows, row_length); }
};

/// Reduces an array: of one dimension (or none) to a line of `width` columns at most, of more to an image of
/// the last two dimensions at their first indices, of `width` times `height` cells at most. An error for what
/// holds no numbers.
Result<Picture> picture_of(const AnyArray& array, std::size_t width, std::size_t height, bool logarithmic);

/// A picture as text: dots in Braille or asterisks; shades, coloured if `colors`.
std::string plot_text(const Picture& picture, std::size_t height, bool unicode, bool colors);

/// Writes a picture as a PNG file, with axes, a colour bar, and a title above it. What stood at the path is replaced.
Result<void> write_png(const Picture& picture, const std::string& title, const std::string& path);

}  // namespace cache_on_disk::tool
