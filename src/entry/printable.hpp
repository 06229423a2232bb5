// Text from files, made fit for messages and terminals: names and metadata on disk may hold anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cache_on_disk::entry {

/// The text with control characters and bytes that are no UTF-8 as \xHH: no name can move the cursor, change
/// colours or begin a line of its own.
std::string printable(std::string_view text);

/// The length of the UTF-8 character at the start, or 0 if there is none.
std::size_t character_length(std::string_view text) noexcept;

/// The code point of one whole UTF-8 character.
char32_t code_point(std::string_view character) noexcept;

}  // namespace cache_on_disk::entry
