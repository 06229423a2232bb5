// Pictures in the terminal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "color_map.hpp"
#include "picture.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::tool {
namespace {

/// The dots of a line plot, as a grid of booleans.
std::vector<std::vector<bool>> dots_of(const Picture& picture, std::size_t rows) {
  std::vector<std::vector<bool>> dots(rows, std::vector<bool>(picture.width));
  const auto row_of = [&](double value) {
    return rows - 1 -
           static_cast<std::size_t>(std::lround(picture.values.share_of(value) * static_cast<double>(rows - 1)));
  };
  for (std::size_t x = 0; x < picture.width; ++x) {
    Range range = picture.columns[x];
    if (range.is_empty()) continue;
    // Reaches half way to where the last column ended, so that the line does not break.
    if (x > 0 && !picture.columns[x - 1].is_empty()) {
      const Range& before = picture.columns[x - 1];
      if (before.high < range.low) range.low = (before.high + range.low) / 2;
      if (before.low > range.high) range.high = (before.low + range.high) / 2;
    }
    for (std::size_t y = row_of(range.high); y <= row_of(range.low); ++y) dots[y][x] = true;
  }
  return dots;
}

/// Eight dots a character, numbered as Unicode numbers those of Braille.
std::string braille(const std::vector<std::vector<bool>>& dots, std::size_t y, std::size_t width) {
  constexpr char32_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  std::string line;
  for (std::size_t x = 0; x < width; x += 2) {
    char32_t code = 0x2800;
    for (std::size_t dy = 0; dy < 4; ++dy)
      for (std::size_t dx = 0; dx < 2 && x + dx < width; ++dx)
        if (dots[y * 4 + dy][x + dx]) code |= bits[dy][dx];
    text::append_utf8(line, code);
  }
  return line;
}

std::string line_plot(const Picture& picture, std::size_t height, bool unicode) {
  const auto dots = dots_of(picture, unicode ? 4 * height : height);
  std::string text;
  for (std::size_t y = 0; y < height; ++y) {
    const bool flat = !(picture.values.low < picture.values.high);
    const std::string label = y == (flat ? (height - 1) / 2 : 0) ? picture.values.label(picture.values.high)
                              : y + 1 == height && !flat         ? picture.values.label(picture.values.low)
                                                                 : "";
    std::string line;
    if (unicode) {
      line = braille(dots, y, picture.width);
    } else {
      for (std::size_t x = 0; x < picture.width; ++x) line += dots[y][x] ? '*' : ' ';
    }
    text += fmt::format("{:>10} {}{}\n", label, unicode ? "\u2502" : "|", line);
  }
  // The indices at both ends.
  const std::size_t drawn = unicode ? (picture.width + 1) / 2 : picture.width;
  if (picture.count == 1) return text + fmt::format("{:>12}\n", "0");
  return text + fmt::format("{:>12}{:>{}}\n", "0", picture.count - 1, std::max<std::size_t>(drawn, 2) - 1);
}

/// Small images are drawn with several characters a cell, twice as wide as high, for so are characters; long ones fill the room.
std::string heat_map(const Picture& picture, std::size_t height, bool unicode, bool colors) {
  const std::size_t fitting = std::max<std::size_t>(1, height / picture.height);
  const std::size_t wide =
      std::max<std::size_t>(1, picture.is_long() ? 60 / picture.width : std::min(60 / picture.width, 2 * fitting));
  const std::size_t high = picture.is_long() ? fitting : std::max<std::size_t>(1, wide / 2);

  const char* const shades[2][5] = {{".", ":", "*", "#", "@"}, {"\u00b7", "\u2591", "\u2592", "\u2593", "\u2588"}};
  std::string text;
  for (std::size_t y = 0; y < picture.height * high; ++y) {
    for (std::size_t x = 0; x < picture.width * wide; ++x) {
      const double value = picture.cells[y / high * picture.width + x / wide];
      if (std::isnan(value)) {
        text += ' ';
        continue;
      }
      const double share = picture.values.share_of(value);
      if (colors) {
        const Rgb color = color_of(share);
        text += fmt::format("\033[48;2;{};{};{}m ", color.red, color.green, color.blue);
      } else {
        text += shades[unicode ? 1 : 0][std::min<std::size_t>(4, static_cast<std::size_t>(share * 5))];
      }
    }
    text += colors ? "\033[0m\n" : "\n";
  }
  const Axis& values = picture.values;
  return text + fmt::format("from {} to {}{}\n", values.label(values.low), values.label(values.high),
                            values.logarithmic ? ", logarithmic" : "");
}

}  // namespace

std::string plot_text(const Picture& picture, std::size_t height, bool unicode, bool colors) {
  return picture.is_line() ? line_plot(picture, height, unicode) : heat_map(picture, height, unicode, colors);
}

}  // namespace cache_on_disk::tool
