#include "text.hpp"

#include <wchar.h>

#include <algorithm>

#include "terminal.hpp"
#include "text/printable.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::tool {
namespace {

using text::character_length;
using text::code_point;

std::size_t width_of(std::string_view character) {
  const int width = ::wcwidth(static_cast<wchar_t>(text::code_point(character)));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(text::character_length(text), 1);
    sum += width_of(text.substr(0, length));
    text.remove_prefix(length);
  }
  return sum;
}

std::string fitted(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  const std::string_view mark = shows_unicode() ? "\u2026" : "...";
  const std::size_t room = width - std::min(width, columns(mark));
  std::string cut;
  for (std::size_t used = 0; !text.empty();) {
    const std::string_view character = text.substr(0, std::max<std::size_t>(text::character_length(text), 1));
    used += width_of(character);
    if (used > room) break;
    cut += character;
    text.remove_prefix(character.size());
  }
  return cut.append(mark);
}

}  // namespace cache_on_disk::tool
