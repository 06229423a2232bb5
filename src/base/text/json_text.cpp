#include "text/json_text.hpp"

#include <fmt/format.h>

#include "text/utf8.hpp"

namespace cache_on_disk::text {

std::string json_text(std::string_view utf8) {
  constexpr char32_t replacement = 0xFFFD;
  std::string json = "\"";
  while (!utf8.empty()) {
    const auto character = take_character(utf8);
    if (!character) utf8.remove_prefix(1);
    const char32_t c = character.value_or(replacement);
    if (c == '"' || c == '\\')
      json.append("\\").append(1, static_cast<char>(c));
    else if (c == '\n')
      json += "\\n";
    else if (c < 0x20 || c == 0x7F || (c >= 0xD800 && c < 0xE000))
      json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      append_utf8(json, c);
  }
  return json + '"';
}

}  // namespace cache_on_disk::text
