#include "bitmap.hpp"

#include "font.hpp"

namespace cache_on_disk::tool {
namespace {
constexpr std::size_t dot = 2;  // pixels a side that each dot of a letter takes
}

void Bitmap::set(Point at, Rgb color) {
  if (at.x >= width_ || at.y >= height_) return;
  std::uint8_t* const pixel = &bytes_[(at.y * width_ + at.x) * 3];
  pixel[0] = color.red;
  pixel[1] = color.green;
  pixel[2] = color.blue;
}

void Bitmap::fill(Point corner, std::size_t width, std::size_t height, Rgb color) {
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) set({corner.x + x, corner.y + y}, color);
}

void Bitmap::frame(Point corner, std::size_t width, std::size_t height, Rgb color) {
  fill(corner, width, 1, color);
  fill({corner.x, corner.y + height - 1}, width, 1, color);
  fill(corner, 1, height, color);
  fill({corner.x + width - 1, corner.y}, 1, height, color);
}

void Bitmap::text(Point corner, std::string_view text, Rgb color) {
  for (const char character : text) {
    for (std::size_t y = 0; y < glyph_height; ++y)
      for (std::size_t x = 0; x < glyph_width; ++x)
        if (is_inked(character, x, y)) fill({corner.x + x * dot, corner.y + y * dot}, dot, dot, color);
    corner.x += text_width({&character, 1});
  }
}

std::size_t text_width(std::string_view text) { return text.size() * (glyph_width + 1) * dot; }
const std::size_t text_height = glyph_height * dot;

}  // namespace cache_on_disk::tool
