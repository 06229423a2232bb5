#include "text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/utf8.hpp"

namespace cache_on_disk::text {
namespace {

bool is_control(char32_t code) {
  // The marks that reorder text would let one name look like another.
  const bool is_bidi_mark = code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
                            (code >= 0x2066 && code <= 0x2069);
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 || is_bidi_mark;
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

}  // namespace cache_on_disk::text
