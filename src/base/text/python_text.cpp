#include "text/python_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "text/python_printable.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::text {

std::string python_repr(std::string_view utf8) {
  const bool double_quotes = utf8.find('\'') != std::string_view::npos && utf8.find('"') == std::string_view::npos;
  const char quote = double_quotes ? '"' : '\'';
  std::string text(1, quote);
  while (!utf8.empty()) {
    const std::size_t length = std::max<std::size_t>(character_length(utf8, Surrogates::pass), 1);
    const std::uint32_t c = code_point(utf8.substr(0, length));  // of one byte that is not UTF-8: the byte
    utf8.remove_prefix(length);
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\r') {
      text += "\\r";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c == '\\' || c == static_cast<unsigned char>(quote)) {
      text += '\\';
      text += static_cast<char>(c);
    } else if (is_printable(c)) {
      append_utf8(text, c);
    } else if (c <= 0xFF) {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", c);
    } else if (c <= 0xFFFF) {
      fmt::format_to(std::back_inserter(text), "\\u{:04x}", c);
    } else {
      fmt::format_to(std::back_inserter(text), "\\U{:08x}", c);
    }
  }
  return text + quote;
}

}  // namespace cache_on_disk::text
