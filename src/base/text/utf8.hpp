// UTF-8: one character at a time, whole texts, and latin-1 both ways.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cache_on_disk::text {

inline constexpr char32_t max_code_point = 0x10FFFF;

/// Whether a lone surrogate counts as a character. A str of Python may have some, and Python writes them into pickles as the
/// three bytes that their number would have (the error handler "surrogatepass").
enum class Surrogates { refuse, pass };

/// The length of the character that `text` begins with, in bytes; 0 if there is none. Overlong forms and numbers beyond
/// max_code_point are not characters (Unicode standard, table 3-7).
std::size_t character_length(std::string_view text, Surrogates surrogates = Surrogates::refuse) noexcept;

/// The code point of one whole character.
char32_t code_point(std::string_view character) noexcept;

/// Takes one character, which may be a surrogate, from the front of `text`. Nothing, and `text` is untouched, if it begins with
/// none.
std::optional<char32_t> take_character(std::string_view& text) noexcept;

bool is_utf8(std::string_view text, Surrogates surrogates = Surrogates::refuse) noexcept;

/// Appends a code point up to max_code_point, which may be a surrogate.
void append_utf8(std::string& text, char32_t code_point);

std::string from_latin1(std::string_view latin1);
/// Nothing if `utf8` is not UTF-8 or one of its characters is beyond U+00FF.
std::optional<std::string> to_latin1(std::string_view utf8);

}  // namespace cache_on_disk::text
