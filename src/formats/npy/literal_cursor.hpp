// Where the parser of Python literals stands in its source, and what is the same for all its parts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "npy/literal.hpp"

namespace cache_on_disk::npy {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Of a digit in any base up to 16; 99 of anything else.
inline unsigned digit_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10 : 99;
}

/// Names in headers are ASCII: True, False, None, and the prefixes of strings.
inline bool is_name_character(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || c == '_' || (lower >= 'a' && lower <= 'z');
}

/// A position in a source without NUL characters: '\0' stands for its end.
class LiteralCursor {
 public:
  explicit LiteralCursor(std::string_view source) : source_(source) {}

  bool more() const { return at_ < source_.size(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  bool starts_with(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  void skip(std::size_t count = 1) { at_ += count; }
  bool take(char c) {
    if (!more() || peek() != c) return false;
    skip();
    return true;
  }
  /// The name that begins here; empty if there is none.
  std::string_view name() const;
  void skip_blanks();

  std::size_t position() const { return at_; }
  /// Keeps the first reason and where it arose; always false.
  bool fail(std::string_view reason);
  const std::string& error() const { return error_; }

 private:
  std::string_view source_;
  std::size_t at_ = 0;
  std::string error_;
};

// Each of these takes what it is named after from where the cursor stands; false after fail().

/// An integer without sign; `negative` tells whether there was one before it.
bool take_integer(LiteralCursor& cursor, LongSuffix suffix, bool negative, Literal& out);
/// One string with its prefix and quotes, appended to `text`.
bool take_string(LiteralCursor& cursor, std::string& text);

}  // namespace cache_on_disk::npy
