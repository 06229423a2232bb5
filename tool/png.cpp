// Pictures as PNG files.
#include <png.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "color_map.hpp"
#include "output_file.hpp"
#include "picture.hpp"

namespace cache_on_disk::tool {
namespace {

constexpr std::size_t line_height = 400;
constexpr std::size_t smallest_side = 256;  // small images are enlarged to at least this

/// RGB, by rows.
struct Bitmap {
  Bitmap(std::size_t w, std::size_t h) : width(w), height(h), bytes(w * h * 3, 255) {}
  void set(std::size_t x, std::size_t y, Rgb color) {
    std::uint8_t* const pixel = &bytes[(y * width + x) * 3];
    pixel[0] = color.red;
    pixel[1] = color.green;
    pixel[2] = color.blue;
  }
  std::size_t width;
  std::size_t height;
  std::vector<std::uint8_t> bytes;
};

Bitmap line_bitmap(const Picture& picture) {
  constexpr Rgb ink{31, 90, 160}, grid{225, 225, 225};
  Bitmap bitmap(std::max(picture.width, smallest_side), line_height);
  for (std::size_t quarter = 0; quarter <= 4; ++quarter)
    for (std::size_t x = 0; x < bitmap.width; ++x) bitmap.set(x, quarter * (line_height - 1) / 4, grid);
  const double span = picture.high > picture.low ? picture.high - picture.low : 1;
  const auto row_of = [&](double value) {
    const double share = picture.high > picture.low ? (value - picture.low) / span : 0.5;
    return line_height - 1 - static_cast<std::size_t>(std::lround(share * (line_height - 1)));
  };
  const Range* before = nullptr;
  for (std::size_t x = 0; x < bitmap.width; ++x) {
    const Range& range = picture.columns[x * picture.width / bitmap.width];
    if (range.low > range.high) {
      before = nullptr;
      continue;
    }
    double low = range.low, high = range.high;
    if (before != nullptr) {
      low = std::min(low, before->high);
      high = std::max(high, before->low);
    }
    for (std::size_t y = row_of(high); y <= row_of(low); ++y) bitmap.set(x, y, ink);
    before = &range;
  }
  return bitmap;
}

Bitmap heat_bitmap(const Picture& picture) {
  const std::size_t scale =
      std::max<std::size_t>(1, (smallest_side + std::max(picture.width, picture.height) - 1) /
                                   std::max(picture.width, picture.height));
  Bitmap bitmap(picture.width * scale, picture.height * scale);
  const double span = picture.high - picture.low;
  for (std::size_t y = 0; y < bitmap.height; ++y)
    for (std::size_t x = 0; x < bitmap.width; ++x) {
      const double value = picture.cells[y / scale * picture.width + x / scale];
      if (!std::isnan(value)) bitmap.set(x, y, color_of(span > 0 ? (value - picture.low) / span : 0.5));
    }
  return bitmap;
}

}  // namespace

Result<void> write_png(const Picture& picture, const std::string& path) {
  const Bitmap bitmap = picture.is_line() ? line_bitmap(picture) : heat_bitmap(picture);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = PNG_FORMAT_RGB;
  image.width = static_cast<png_uint_32>(bitmap.width);
  image.height = static_cast<png_uint_32>(bitmap.height);
  png_alloc_size_t size = 0;
  const auto encode = [&](void* memory) {
    return png_image_write_to_memory(&image, memory, &size, 0, bitmap.bytes.data(), 0, nullptr) != 0;
  };
  if (!encode(nullptr)) return Error{std::string("cannot make a PNG: ") + image.message};
  std::vector<std::byte> encoded(size);
  if (!encode(encoded.data())) return Error{std::string("cannot make a PNG: ") + image.message};
  auto file = OutputFile::create(path, true);
  if (!file) return file.error();
  if (auto written = file->write(std::span<const std::byte>(encoded).first(size)); !written) return written;
  return file->commit();
}

}  // namespace cache_on_disk::tool
