#include "picture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "numbers.hpp"

namespace cache_on_disk::tool {
namespace {

/// The last two dimensions, at the first index of all others.
AnyArray image_of(const AnyArray& array) {
  npy::StridedBytes bytes = array.strided_bytes();
  const std::size_t drop = bytes.shape.size() - 2;
  bytes.shape = Shape(std::span<const std::size_t>(bytes.shape).subspan(drop));
  bytes.strides = Strides(std::span<const std::ptrdiff_t>(bytes.strides).subspan(drop));
  return {array.dtype(), std::move(bytes)};
}

/// A line of few numbers drawn wide: straight from one to the next.
void stretch(Picture& picture, std::size_t width) {
  const std::vector<Range> points = std::move(picture.columns);
  picture.columns.assign(width, Range());
  for (std::size_t x = 0; x < width; ++x) {
    const double position =
        static_cast<double>(x) * static_cast<double>(points.size() - 1) / static_cast<double>(width - 1);
    const auto left = std::min(static_cast<std::size_t>(position), points.size() - 1);
    const std::size_t right = std::min(left + 1, points.size() - 1);
    const double share = position - static_cast<double>(left);
    const auto is_number = [&](std::size_t i) { return !points[i].is_empty(); };
    // Beside a gap, a number has a short line of its own.
    if (is_number(left) && (is_number(right) || share < 0.25)) {
      const double value =
          is_number(right) ? points[left].low + (points[right].low - points[left].low) * share : points[left].low;
      picture.columns[x] = {value, value};
    } else if (is_number(right) && share > 0.75) {
      picture.columns[x] = points[right];
    }
  }
  picture.width = width;
}

Result<Picture> line_of(const AnyArray& array, std::size_t width, bool logarithmic) {
  auto stream = NumberStream::open(array);
  if (!stream) return stream.error();
  const std::size_t count = stream->size();
  Picture picture;
  picture.width = std::max<std::size_t>(1, std::min(width, count));
  picture.count = count;
  picture.columns.assign(picture.width, Range());
  Range all;
  for_each_number(*std::move(stream), [&](std::size_t index, double value) {
    if (logarithmic) value = std::log10(value);  // not finite where there is none
    if (!std::isfinite(value)) return;
    // In floating point: the product may exceed the integers.
    const auto column = static_cast<std::size_t>(static_cast<double>(index) * static_cast<double>(picture.width) /
                                                 static_cast<double>(count));
    picture.columns[std::min(column, picture.width - 1)].add(value);
    all.add(value);
  });
  picture.values = {all.low, all.high, logarithmic};
  if (count > 1 && 2 * count <= width) stretch(picture, width);
  return picture;
}

Result<Picture> heat_map_of(const AnyArray& array, std::size_t width, std::size_t height, bool logarithmic) {
  const AnyArray image = image_of(array);
  auto stream = NumberStream::open(image);
  if (!stream) return stream.error();
  const std::size_t rows = image.shape()[0], row_length = image.shape()[1];
  Picture picture;
  picture.rows = rows;
  picture.row_length = row_length;
  picture.width = std::max<std::size_t>(1, std::min(width, row_length));
  picture.height = std::max<std::size_t>(2, std::min(height, rows));
  std::vector<std::size_t> counts(picture.width * picture.height);
  std::vector<double> sums(counts.size());
  for_each_number(*std::move(stream), [&](std::size_t index, double value) {
    if (!std::isfinite(value)) return;
    const std::size_t row = index / row_length, column = index % row_length;
    const std::size_t cell =
        row * picture.height / std::max(rows, picture.height) * picture.width + column * picture.width / row_length;
    sums[cell] += value;
    ++counts[cell];
  });
  picture.cells.assign(counts.size(), std::numeric_limits<double>::quiet_NaN());
  Range all;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const double mean = sums[i] / static_cast<double>(counts[i]);
    const double cell = logarithmic ? std::log10(mean) : mean;
    if (!std::isfinite(cell)) continue;
    picture.cells[i] = cell;
    all.add(cell);
  }
  picture.values = {all.low, all.high, logarithmic};
  return picture;
}

}  // namespace

Result<Picture> picture_of(const AnyArray& array, std::size_t width, std::size_t height, bool logarithmic) {
  if (array.size() == 0) return Error{"the array is empty"};
  auto picture = array.rank() < 2 ? line_of(array, width, logarithmic) : heat_map_of(array, width, height, logarithmic);
  if (!picture) return picture;
  if (!(picture->values.low <= picture->values.high))
    return Error{logarithmic ? "there is no positive number to draw on a logarithmic scale"
                             : "there is no finite number to draw"};
  return picture;
}

}  // namespace cache_on_disk::tool
