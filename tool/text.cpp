#include "text.hpp"

#include <fmt/format.h>
#include <wchar.h>

#include <algorithm>

#include "entry/names.hpp"
#include "terminal.hpp"

namespace cache_on_disk::tool {
namespace {

/// The length of the character at the start, as UTF-8; 0 if there is none.
std::size_t character_length(std::string_view text) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(4, text.size()); ++length)
    if (entry::is_utf8(text.substr(0, length))) return length;
  return 0;
}

char32_t code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first;
  char32_t code = first & (0x7Fu >> character.size());
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  return code;
}

bool is_control(char32_t code) {
  // The marks that reorder text would let one name look like another.
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

std::size_t width_of(std::string_view character) {
  const int width = ::wcwidth(static_cast<wchar_t>(code_point(character)));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_control(code_point(character))) {
      for (const char c : character) safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      safe += character;
    }
    text.remove_prefix(character.size());
  }
  return safe;
}

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(character_length(text), 1);
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
    const std::string_view character = text.substr(0, std::max<std::size_t>(character_length(text), 1));
    used += width_of(character);
    if (used > room) break;
    cut += character;
    text.remove_prefix(character.size());
  }
  return cut.append(mark);
}

}  // namespace cache_on_disk::tool
