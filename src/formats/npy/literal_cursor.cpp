#include "npy/literal_cursor.hpp"

#include <fmt/format.h>

namespace cache_on_disk::npy {

std::string_view LiteralCursor::name() const {
  std::size_t length = 0;
  while (is_name_character(peek(length))) ++length;
  return source_.substr(at_, length);
}

void LiteralCursor::skip_blanks() {
  while (more()) {
    const char c = peek();
    if (c == '#') {
      while (more() && peek() != '\n') skip();
    } else if (c == ' ' || c == '\t' || c == '\f' || c == '\n') {
      skip();
    } else if (c == '\\' && peek(1) == '\n') {
      skip(2);
    } else {
      return;
    }
  }
}

bool LiteralCursor::fail(std::string_view reason) {
  if (error_.empty()) error_ = fmt::format("{} at byte {} of the header", reason, at_);
  return false;
}

}  // namespace cache_on_disk::npy
