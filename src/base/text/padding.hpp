// Padding: a text of one character only.
#pragma once

#include <string_view>

namespace cache_on_disk::text {

/// True of an empty text, and of one that holds `padding` only: it begins so, and each character is as the one before it.
/// (That is one memcmp, where a search goes byte by byte.)
inline bool is_all(std::string_view text, char padding) noexcept {
  return text.empty() || (text.front() == padding && text.substr(1) == text.substr(0, text.size() - 1));
}

}  // namespace cache_on_disk::text
