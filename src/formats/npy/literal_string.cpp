// string    = [ 'u' | 'U' | 'r' | 'R' ] ( '...' | "..." | '''...''' | """...""" )
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "npy/literal_cursor.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::npy {
namespace {

/// A character by its number, of `least` to `most` digits.
bool take_code_point(LiteralCursor& cursor, std::string& text, unsigned base, unsigned least, unsigned most) {
  std::uint32_t point = 0;
  unsigned count = 0;
  for (; count < most && digit_value(cursor.peek()) < base; ++count, cursor.skip())
    point = point * base + digit_value(cursor.peek());
  if (count < least) return cursor.fail("an escape that is cut short");
  if (point > text::max_code_point) return cursor.fail("an escape beyond Unicode");
  text::append_utf8(text, point);
  return true;
}

bool take_escape(LiteralCursor& cursor, std::string& text) {
  cursor.skip();  // the backslash
  if (!cursor.more()) return cursor.fail("a string without an end");
  const char c = cursor.peek();
  if (c >= '0' && c <= '7') return take_code_point(cursor, text, 8, 1, 3);
  cursor.skip();
  if (c == '\n') return true;
  if (c == 'x') return take_code_point(cursor, text, 16, 2, 2);
  if (c == 'u') return take_code_point(cursor, text, 16, 4, 4);
  if (c == 'U') return take_code_point(cursor, text, 16, 8, 8);
  if (c == 'N') return cursor.fail("an escape by character name");
  constexpr std::string_view letters = "\\'\"abfnrtv";
  constexpr std::string_view meanings = "\\'\"\a\b\f\n\r\t\v";
  if (const auto place = letters.find(c); place != std::string_view::npos) {
    text += meanings[place];
  } else {
    text += '\\';  // Python keeps the backslash of an escape it does not know
    text += c;
  }
  return true;
}

/// A backslash stays, and keeps a quote from ending the string.
void take_raw_escape(LiteralCursor& cursor, char quote, std::string& text) {
  text += '\\';
  cursor.skip();
  const char c = cursor.peek();
  if (c != '\n' && c != quote && c != '\\') return;
  text += c;
  cursor.skip();
}

bool take_prefix(LiteralCursor& cursor, bool& raw) {
  const std::string_view prefix = cursor.name();
  const char letter = prefix.empty() ? 'u' : static_cast<char>(prefix.front() | 0x20);
  if (prefix.size() > 1 || (letter != 'u' && letter != 'r'))
    return cursor.fail("a bytes literal, f-string or unknown prefix");
  raw = letter == 'r';
  cursor.skip(prefix.size());
  return true;
}

}  // namespace

bool take_string(LiteralCursor& cursor, std::string& text) {
  bool raw = false;
  if (!take_prefix(cursor, raw)) return false;
  const char quote = cursor.peek();
  const std::string triple(3, quote);
  const std::string_view end = cursor.starts_with(triple) ? triple : std::string_view(triple).substr(0, 1);
  cursor.skip(end.size());
  while (cursor.more()) {
    if (cursor.starts_with(end)) {
      cursor.skip(end.size());
      return true;
    }
    const char c = cursor.peek();
    if (c == '\n' && end.size() == 1) return cursor.fail("a line break in a string");
    if (c == '\\' && raw) {
      take_raw_escape(cursor, quote, text);
    } else if (c == '\\') {
      if (!take_escape(cursor, text)) return false;
    } else {
      text += c;
      cursor.skip();
    }
  }
  return cursor.fail("a string without an end");
}

}  // namespace cache_on_disk::npy
