// The switches of Options as users write them: in the environment, and as keywords of Python's set_options().
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "cache_on_disk/options.hpp"

namespace cache_on_disk::core {

/// One switch. A new one is a member of Options, a row of the table, and a row of docs/switches.md.
struct Option {
  enum class Kind { words, flag, seconds, bytes };
  /// The number of the word in `words`, 0 or 1 of a flag, milliseconds, bytes; nothing: none.
  using Number = std::optional<std::uint64_t>;

  std::string_view name;
  const char* variable;  ///< of the environment, or nullptr
  Kind kind;
  std::span<const std::string_view> words;  ///< the first is the default
  Number (*get)(const Options& options);
  void (*set)(Options& options, Number number);
};

/// All of them; the list is static.
std::span<const Option> option_table() noexcept;

}  // namespace cache_on_disk::core
