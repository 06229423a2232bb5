// A picture of coloured dots, to draw into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "color_map.hpp"

namespace cache_on_disk::tool {

/// A place in a bitmap; the origin is the upper left corner.
struct Point {
  std::size_t x, y;
};

/// RGB, by rows; white at first. What lies outside is not drawn.
class Bitmap {
 public:
  Bitmap(std::size_t width, std::size_t height) : width_(width), height_(height), bytes_(width * height * 3, 255) {}

  std::size_t width() const { return width_; }
  std::size_t height() const { return height_; }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

  void set(Point at, Rgb color);
  /// A filled rectangle.
  void fill(Point corner, std::size_t width, std::size_t height, Rgb color);
  /// The outline of one.
  void frame(Point corner, std::size_t width, std::size_t height, Rgb color);
  /// Text whose upper left corner is given.
  void text(Point corner, std::string_view text, Rgb color);

 private:
  std::size_t width_, height_;
  std::vector<std::uint8_t> bytes_;
};

/// The room that text takes in a bitmap, the gap behind it included.
std::size_t text_width(std::string_view text);
extern const std::size_t text_height;

}  // namespace cache_on_disk::tool
