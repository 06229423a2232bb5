#include "npy/python_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "npy/printable.hpp"

namespace cache_on_disk::npy {
void append_utf8(std::string& text, std::uint32_t c) {
  const auto put = [&text](std::uint32_t byte) {
    text += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::optional<std::uint32_t> take_utf8(std::string_view& text) {
  const auto byte = [&text](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t first = byte(0);
  std::size_t length = 0;
  std::uint32_t c = 0;
  std::uint32_t least = 0;
  if (first < 0x80) {
    length = 1, c = first;
  } else if (first >= 0xC0 && first < 0xE0) {
    length = 2, c = first & 0x1F, least = 0x80;
  } else if (first >= 0xE0 && first < 0xF0) {
    length = 3, c = first & 0x0F, least = 0x800;
  } else if (first >= 0xF0 && first < 0xF8) {
    length = 4, c = first & 0x07, least = 0x10000;
  }
  if (length == 0 || length > text.size()) return std::nullopt;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    c = (c << 6) | (byte(i) & 0x3F);
  }
  if (c < least || c > max_code_point) return std::nullopt;
  text.remove_prefix(length);
  return c;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto c = take_utf8(text);
    if (!c || (*c >= 0xD800 && *c <= 0xDFFF)) return false;
  }
  return true;
}

std::string from_latin1(std::string_view latin1) {
  std::string text;
  text.reserve(latin1.size());
  for (const char c : latin1) append_utf8(text, static_cast<unsigned char>(c));
  return text;
}

std::optional<std::string> to_latin1(std::string_view utf8) {
  std::string text;
  text.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto c = take_utf8(utf8);
    if (!c || *c > 0xFF) return std::nullopt;
    text += static_cast<char>(static_cast<unsigned char>(*c));
  }
  return text;
}

std::string python_repr(std::string_view utf8) {
  const bool double_quotes =
      utf8.find('\'') != std::string_view::npos && utf8.find('"') == std::string_view::npos;
  const char quote = double_quotes ? '"' : '\'';
  std::string text(1, quote);
  while (!utf8.empty()) {
    auto c = take_utf8(utf8);
    if (!c) {  // no UTF-8: shown, not written, since a name is checked before
      c = static_cast<unsigned char>(utf8.front());
      utf8.remove_prefix(1);
    }
    if (*c == '\n') {
      text += "\\n";
    } else if (*c == '\r') {
      text += "\\r";
    } else if (*c == '\t') {
      text += "\\t";
    } else if (*c == '\\' || *c == static_cast<unsigned char>(quote)) {
      text += '\\';
      text += static_cast<char>(*c);
    } else if (is_printable(*c)) {
      append_utf8(text, *c);
    } else if (*c <= 0xFF) {
      fmt::format_to(std::back_inserter(text), "\\x{:02x}", *c);
    } else if (*c <= 0xFFFF) {
      fmt::format_to(std::back_inserter(text), "\\u{:04x}", *c);
    } else {
      fmt::format_to(std::back_inserter(text), "\\U{:08x}", *c);
    }
  }
  return text + quote;
}

}  // namespace cache_on_disk::npy
