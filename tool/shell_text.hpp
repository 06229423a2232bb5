// A command line as somebody types it into bash or zsh, taken apart without running anything in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cache_on_disk::tool {

/// The words of a line that is still being typed.
struct TypedLine {
  std::vector<std::string> words;  ///< without quotes; the last is the one at the cursor, perhaps empty
  char open_quote = '\0';          ///< the quote that the last word stands in, if it is not closed yet
};

/// Takes quotes and backslashes off, and puts in the home directory for `~` and variables of the environment
/// for `$NAME`. What would run a program stays text.
TypedLine split_typed(std::string_view text);

/// A word as it must be typed to be that word, behind an open quote or, if that is '\0', outside of quotes.
std::string typed_form(std::string_view word, char open_quote);

}  // namespace cache_on_disk::tool
