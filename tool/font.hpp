// Letters for pictures: the printable ASCII characters, drawn in five by seven dots. A font file may be missing on the machine
// that the tool runs on, and a library that draws text would take longer to load than the tool takes to answer.
#pragma once

#include <cstddef>

namespace cache_on_disk::tool {

constexpr std::size_t glyph_width = 5;
constexpr std::size_t glyph_height = 7;

/// True if the dot at a column (from the left, below glyph_width) and line (from the top, below glyph_height) belongs to the
/// character. What is not printable ASCII is a box.
bool is_inked(char character, std::size_t x, std::size_t y);

}  // namespace cache_on_disk::tool
