#include "text/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace cache_on_disk::text {
namespace {

constexpr unsigned char byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

}  // namespace

std::size_t character_length(std::string_view text, Surrogates surrogates) noexcept {
  if (text.empty()) return 0;
  const unsigned char lead = byte_at(text, 0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;

  // The bounds of the second byte exclude overlong forms and surrogates.
  unsigned char low = 0x80, high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED && surrogates == Surrogates::refuse) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  if (byte_at(text, 1) < low || byte_at(text, 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
  return length;
}

char32_t code_point(std::string_view character) noexcept {
  const unsigned char lead = byte_at(character, 0);
  if (character.size() == 1) return lead;
  char32_t code = lead & (0x7Fu >> character.size());
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  return code;
}

std::optional<char32_t> take_character(std::string_view& text) noexcept {
  const std::size_t length = character_length(text, Surrogates::pass);
  if (length == 0) return std::nullopt;
  const char32_t code = code_point(text.substr(0, length));
  text.remove_prefix(length);
  return code;
}

bool is_utf8(std::string_view text, Surrogates surrogates) noexcept {
  while (!text.empty()) {
    // Most text is ASCII, and eight characters are looked at as fast as one.
    std::uint64_t eight;
    if (text.size() >= sizeof eight) {
      std::memcpy(&eight, text.data(), sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        text.remove_prefix(sizeof eight);
        continue;
      }
    }
    const std::size_t length = character_length(text, surrogates);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto continuation = [&](unsigned shift) {
    text.push_back(static_cast<char>(0x80 | (code_point >> shift & 0x3F)));
  };
  if (code_point < 0x80) {
    text.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    text.push_back(static_cast<char>(0xC0 | code_point >> 6));
    continuation(0);
  } else if (code_point < 0x10000) {
    text.push_back(static_cast<char>(0xE0 | code_point >> 12));
    continuation(6);
    continuation(0);
  } else {
    text.push_back(static_cast<char>(0xF0 | code_point >> 18));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

std::string from_latin1(std::string_view latin1) {
  std::string text;
  text.reserve(latin1.size());
  for (const char c : latin1) append_utf8(text, static_cast<unsigned char>(c));
  return text;
}

std::optional<std::string> to_latin1(std::string_view utf8) {
  std::string latin1;
  latin1.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto code = take_character(utf8);
    if (!code || *code > 0xFF) return std::nullopt;
    latin1.push_back(static_cast<char>(*code));
  }
  return latin1;
}

}  // namespace cache_on_disk::text
