// UTF-8 as Python writes it into pickles: with the error handler "surrogatepass", which lets a lone surrogate
// of a str through as the three bytes that its number would have.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cache_on_disk::pickle {

inline constexpr char32_t greatest_code_point = 0x10ffff;

enum class Surrogates { refuse, pass };

/// Whether the bytes are UTF-8: no overlong form, nothing beyond U+10FFFF.
bool is_utf8(std::string_view bytes, Surrogates surrogates) noexcept;

/// Appends one code point, which may be a surrogate, to UTF-8 text.
void append_utf8(std::string& text, char32_t code_point);

/// The bytes whose values are the code points of valid UTF-8 text; nothing if one is beyond 255.
std::optional<std::string> latin1_bytes(std::string_view utf8);

}  // namespace cache_on_disk::pickle
