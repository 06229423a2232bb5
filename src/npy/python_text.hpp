// Text as Python sees it: UTF-8 with lone surrogates, and repr() of strings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cache_on_disk::npy {

inline constexpr std::uint32_t max_code_point = 0x10FFFF;

/// Appends a code point up to max_code_point; a surrogate becomes its three bytes (Python's surrogatepass).
void append_utf8(std::string& text, std::uint32_t code_point);

/// Takes one code point from the front of `text`, which must not be empty; surrogates pass. Nothing, and
/// `text` untouched, if the front is not UTF-8.
std::optional<std::uint32_t> take_utf8(std::string_view& text);

/// Is all of it UTF-8 without surrogates?
bool is_utf8(std::string_view text);

/// latin-1 to UTF-8.
std::string from_latin1(std::string_view latin1);
/// UTF-8 to latin-1, or nothing if a character has no place there.
std::optional<std::string> to_latin1(std::string_view utf8);

/// repr() of a Python string, as Python 3.12 writes it.
std::string python_repr(std::string_view utf8);

}  // namespace cache_on_disk::npy
