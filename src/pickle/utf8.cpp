#include "pickle/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cache_on_disk::pickle {
namespace {

constexpr unsigned char byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

// The length of the sequence at the beginning of `bytes`, or 0 if it is none. The bounds of the second byte
// are those of table 3-7 of the Unicode standard; they exclude overlong forms and surrogates.
std::size_t sequence_length(std::string_view bytes, Surrogates surrogates) noexcept {
  const unsigned char lead = byte_at(bytes, 0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0 || bytes.size() < length) return 0;

  unsigned char low = 0x80, high = 0xbf;
  if (lead == 0xe0) low = 0xa0;
  if (lead == 0xed && surrogates == Surrogates::refuse) high = 0x9f;
  if (lead == 0xf0) low = 0x90;
  if (lead == 0xf4) high = 0x8f;
  if (byte_at(bytes, 1) < low || byte_at(bytes, 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte_at(bytes, i) & 0xc0) != 0x80) return 0;
  return length;
}

}  // namespace

bool is_utf8(std::string_view bytes, Surrogates surrogates) noexcept {
  while (!bytes.empty()) {
    // Most text is ASCII, and eight characters are looked at as fast as one.
    std::uint64_t eight;
    if (bytes.size() >= sizeof eight) {
      std::memcpy(&eight, bytes.data(), sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        bytes.remove_prefix(sizeof eight);
        continue;
      }
    }
    const std::size_t length = sequence_length(bytes, surrogates);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto continuation = [&](unsigned shift) {
    text.push_back(static_cast<char>(0x80 | (code_point >> shift & 0x3f)));
  };
  if (code_point < 0x80) {
    text.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    text.push_back(static_cast<char>(0xc0 | code_point >> 6));
    continuation(0);
  } else if (code_point < 0x10000) {
    text.push_back(static_cast<char>(0xe0 | code_point >> 12));
    continuation(6);
    continuation(0);
  } else {
    text.push_back(static_cast<char>(0xf0 | code_point >> 18));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

std::optional<std::string> latin1_bytes(std::string_view utf8) {
  std::string result;
  result.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const unsigned char lead = byte_at(utf8, i);
    if (lead < 0x80) {
      result.push_back(static_cast<char>(lead));
    } else if (lead < 0xc4 && i + 1 < utf8.size()) {
      result.push_back(static_cast<char>((lead & 0x03) << 6 | (byte_at(utf8, ++i) & 0x3f)));
    } else {
      return std::nullopt;
    }
  }
  return result;
}

}  // namespace cache_on_disk::pickle
