// Lists of words with a blank between them, as tables of names have them.
#pragma once

#include <string_view>

namespace cache_on_disk::text {

/// True if a list has the word, which is not empty and has no blank.
constexpr bool has_word(std::string_view words, std::string_view word) noexcept {
  if (word.empty() || word.find(' ') != std::string_view::npos) return false;
  for (auto at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) return true;
  }
  return false;
}

}  // namespace cache_on_disk::text
