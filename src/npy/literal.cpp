#include "npy/literal.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "npy/python_text.hpp"

namespace cache_on_disk::npy {
namespace {

// literal   = blank* value blank* end
// value     = '(' value ')' | tuple | list | dict | strings | integer | 'True' | 'False' | 'None'
// tuple     = '(' ')' | '(' value ',' ')' | '(' value ( ',' value )+ [','] ')'
// list      = '[' [ value ( ',' value )* [','] ] ']'
// dict      = '{' [ value ':' value ( ',' value ':' value )* [','] ] '}'
// strings   = string+                                     adjacent ones are joined
// string    = [ 'u' | 'U' | 'r' | 'R' ] ( '...' | "..." | '''...''' | """...""" )
// integer   = [ '+' | '-' ] '('* digits ')'* [ 'L' ]      the L only if asked for
// digits    = nonzero ( ['_'] digit )* | '0' ( ['_'] '0' )* | '0' ( 'x' | 'o' | 'b' ) ( ['_'] digit of the
// base )+ blank     = ' ' | tab | form feed | line break | '\' line break | '#' anything to the end of the
// line
//
// That is what NumPy accepts through ast.literal_eval, without the values that no header may contain (floats,
// complex numbers, bytes, sets): those are refused here, by name.
class Parser {
 public:
  Parser(std::string_view source, LongSuffix suffix) : source_(source), suffix_(suffix) {}

  Result<Literal> parse() {
    Literal literal;
    skip_blanks();
    if (at_ < source_.size() && value(literal)) {
      skip_blanks();
      if (at_ < source_.size()) fail("something follows the literal");
    }
    if (literal.kind == Literal::Kind::none && error_.empty() && at_ == 0) fail("nothing is there");
    if (!error_.empty()) return Error{std::move(error_)};
    return literal;
  }

 private:
  // Each of these returns false after fail(). The nesting of the calls is bounded by depth_.
  bool fail(std::string_view reason) {
    if (error_.empty()) error_ = fmt::format("{} at byte {} of the header", reason, at_);
    return false;
  }

  bool more() const { return at_ < source_.size(); }
  char peek() const { return at_ < source_.size() ? source_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || !more()) return false;
    ++at_;
    return true;
  }

  void skip_blanks() {
    while (more()) {
      const char c = peek();
      if (c == '#') {
        while (more() && peek() != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || c == '\f' || c == '\n') {
        ++at_;
      } else if (c == '\\' && at_ + 1 < source_.size() && source_[at_ + 1] == '\n') {
        at_ += 2;
      } else {
        return;
      }
    }
  }

  bool value(Literal& out) {
    const char c = peek();
    if (c == '(') return nested([&] { return parenthesised(out); });
    if (c == '[') return nested([&] { return list(out); });
    if (c == '{') return nested([&] { return dict(out); });
    if (c == '\'' || c == '"') return strings(out);
    if (c == '+' || c == '-') return nested([&] { return signed_integer(out); });
    if (is_digit(c)) return integer(out, false);
    if (is_name_character(c)) return name(out);
    return fail(more() ? "an unexpected character" : "the literal is cut short");
  }

  template <class Function>
  bool nested(Function function) {
    if (++depth_ > max_literal_nesting) return fail("brackets are nested too deeply");
    const bool done = function();
    --depth_;
    return done;
  }

  // The rest after an opening bracket: items up to `close`. Tells whether a comma was seen.
  template <class Item>
  bool sequence(char close, bool& comma, Item item) {
    ++at_;
    comma = false;
    skip_blanks();
    while (!take(close)) {
      if (!item()) return false;
      skip_blanks();
      if (take(',')) {
        comma = true;
        skip_blanks();
      } else if (peek() != close || !more()) {
        return fail(more() ? "a comma or closing bracket is missing" : "the literal is cut short");
      }
    }
    return true;
  }

  bool append(std::vector<Literal>& items) { return value(items.emplace_back()); }

  bool parenthesised(Literal& out) {
    std::vector<Literal> items;
    bool comma = false;
    if (!sequence(')', comma, [&] { return append(items); })) return false;
    if (items.size() == 1 && !comma) {
      Literal only = std::move(items.front());
      out = std::move(only);
    } else {
      out.kind = Literal::Kind::tuple;
      out.items = std::move(items);
    }
    return true;
  }

  bool list(Literal& out) {
    bool comma = false;
    out.kind = Literal::Kind::list;
    return sequence(']', comma, [&] { return append(out.items); });
  }

  bool dict(Literal& out) {
    bool comma = false;
    out.kind = Literal::Kind::dict;
    return sequence('}', comma, [&] {
      if (!append(out.items)) return false;
      skip_blanks();
      if (!take(':')) return fail("a set, or a key without a value,");
      skip_blanks();
      return append(out.items);
    });
  }

  bool signed_integer(Literal& out) {
    const bool negative = peek() == '-';
    ++at_;
    skip_blanks();
    std::size_t brackets = 0;
    while (take('(')) {
      if (++brackets > max_literal_nesting) return fail("brackets are nested too deeply");
      skip_blanks();
    }
    if (!is_digit(peek())) return fail("a sign without a number");
    if (!integer(out, negative)) return false;
    for (; brackets > 0; --brackets) {
      skip_blanks();
      if (!take(')')) return fail("a closing bracket is missing");
    }
    return true;
  }

  bool integer(Literal& out, bool negative) {
    unsigned base = 10;
    bool leading_zero = peek() == '0';
    bool underscore_allowed = false;
    if (leading_zero && at_ + 1 < source_.size()) {
      const char letter = static_cast<char>(source_[at_ + 1] | 0x20);
      base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
      if (base != 10) {
        at_ += 2;
        leading_zero = false;
        underscore_allowed = true;
      }
    }
    std::uint64_t number = 0;
    bool any = false;
    for (; more(); ++at_) {
      if (peek() == '_') {
        if (!underscore_allowed) return fail("a misplaced underscore in a number");
        underscore_allowed = false;
        continue;
      }
      const unsigned digit = digit_value(peek());
      if (digit >= base) break;
      if (number > (std::numeric_limits<std::uint64_t>::max() - digit) / base)
        return fail("an integer of more than 64 bits");
      number = number * base + digit;
      any = underscore_allowed = true;
    }
    if (!any || source_[at_ - 1] == '_') return fail("a malformed number");
    if (leading_zero && number != 0) return fail("a number with leading zeros");
    if (peek() == '.' || (peek() | 0x20) == 'e' || (peek() | 0x20) == 'j')
      return fail("a number that is no integer");
    drop_long_suffix();
    if (is_name_character(peek())) return fail("a malformed number");

    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    if (number > most + (negative ? 1 : 0)) return fail("an integer of more than 64 bits");
    out.kind = Literal::Kind::integer;
    out.integer = static_cast<std::int64_t>(negative ? ~number + 1 : number);
    return true;
  }

  // Python 2 wrote (3L,). NumPy drops a name L that follows a number, blanks between or not.
  void drop_long_suffix() {
    if (suffix_ == LongSuffix::refuse) return;
    std::size_t next = at_;
    while (next < source_.size() && (source_[next] == ' ' || source_[next] == '\t')) ++next;
    if (next >= source_.size() || source_[next] != 'L') return;
    if (next + 1 < source_.size() && is_name_character(source_[next + 1])) return;
    at_ = next + 1;
  }

  // True, False, None, or the prefix of a string.
  bool name(Literal& out) {
    const std::size_t start = at_;
    std::size_t end = at_;
    while (end < source_.size() && is_name_character(source_[end])) ++end;
    const std::string_view word = source_.substr(start, end - start);
    if (end < source_.size() && (source_[end] == '\'' || source_[end] == '"')) return strings(out);
    if (word == "True" || word == "False") {
      out.kind = Literal::Kind::boolean;
      out.integer = word == "True" ? 1 : 0;
    } else if (word != "None") {
      return fail("a name that is no literal");
    }
    at_ = end;
    return true;
  }

  bool strings(Literal& out) {
    out.kind = Literal::Kind::text;
    for (;;) {
      if (!string(out.text)) return false;
      // Look ahead for another one; a name that is no prefix is left to the caller, who will refuse it.
      skip_blanks();
      std::size_t quote = at_;
      while (quote < source_.size() && is_name_character(source_[quote])) ++quote;
      if (quote >= source_.size() || (source_[quote] != '\'' && source_[quote] != '"')) return true;
    }
  }

  bool string(std::string& text) {
    bool raw = false;
    if (const char prefix = peek(); prefix != '\'' && prefix != '"') {
      const char letter = static_cast<char>(prefix | 0x20);
      const bool single = at_ + 1 < source_.size() && !is_name_character(source_[at_ + 1]);
      if (!single || (letter != 'u' && letter != 'r'))
        return fail("a bytes literal, f-string or unknown prefix");
      raw = letter == 'r';
      ++at_;
    }
    const char quote = peek();
    const bool triple = source_.substr(at_, 3) == std::string(3, quote);
    at_ += triple ? 3 : 1;
    while (more()) {
      const char c = peek();
      if (c == quote && (!triple || source_.substr(at_, 3) == std::string(3, quote))) {
        at_ += triple ? 3 : 1;
        return true;
      }
      if (c == '\n' && !triple) return fail("a line break in a string");
      if (c == '\\' && raw) {
        text += c;
        ++at_;
        if (!more()) break;
        if (peek() == '\n' || peek() == quote || peek() == '\\') text += source_[at_++];
      } else if (c == '\\') {
        if (!escape(text)) return false;
      } else {
        text += c;
        ++at_;
      }
    }
    return fail("a string without an end");
  }

  bool escape(std::string& text) {
    ++at_;
    if (!more()) return fail("a string without an end");
    const char c = source_[at_++];
    switch (c) {
      case '\n':
        return true;
      case '\\':
        text += '\\';
        return true;
      case '\'':
        text += '\'';
        return true;
      case '"':
        text += '"';
        return true;
      case 'a':
        text += '\a';
        return true;
      case 'b':
        text += '\b';
        return true;
      case 'f':
        text += '\f';
        return true;
      case 'n':
        text += '\n';
        return true;
      case 'r':
        text += '\r';
        return true;
      case 't':
        text += '\t';
        return true;
      case 'v':
        text += '\v';
        return true;
      case 'x':
        return code_point(text, 16, 2, 2);
      case 'u':
        return code_point(text, 16, 4, 4);
      case 'U':
        return code_point(text, 16, 8, 8);
      case 'N':
        return fail("an escape by character name");
      default:
        break;
    }
    if (c >= '0' && c <= '7') {
      --at_;
      return code_point(text, 8, 1, 3);
    }
    // Python keeps the backslash of an escape it does not know.
    text += '\\';
    text += c;
    return true;
  }

  bool code_point(std::string& text, unsigned base, unsigned least, unsigned most) {
    std::uint32_t point = 0;
    unsigned count = 0;
    for (; count < most && more() && digit_value(peek()) < base; ++count)
      point = point * base + digit_value(source_[at_++]);
    if (count < least) return fail("an escape that is cut short");
    if (point > max_code_point) return fail("an escape beyond Unicode");
    append_utf8(text, point);
    return true;
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static unsigned digit_value(char c) {
    if (is_digit(c)) return static_cast<unsigned>(c - '0');
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10 : 99;
  }
  static bool is_name_character(char c) {
    const char lower = static_cast<char>(c | 0x20);
    return is_digit(c) || c == '_' || (lower >= 'a' && lower <= 'z');
  }

  std::string_view source_;
  LongSuffix suffix_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::string error_;
};

}  // namespace

Result<Literal> parse_literal(std::string_view source, LongSuffix suffix) {
  if (source.find('\0') != std::string_view::npos) return Error{"the header contains a NUL character"};
  // Python reads source with every kind of line break turned into '\n', inside strings too.
  if (source.find('\r') == std::string_view::npos) return Parser(source, suffix).parse();
  std::string lines;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '\r') {
      lines += source[i];
    } else {
      lines += '\n';
      if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
    }
  }
  return Parser(lines, suffix).parse();
}

}  // namespace cache_on_disk::npy
