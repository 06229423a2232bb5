#include "npy/literal.hpp"

#include <utility>

#include "npy/literal_cursor.hpp"

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
// digits    = nonzero ( ['_'] digit )* | '0' ( ['_'] '0' )*
//           | '0' ( 'x' | 'o' | 'b' ) ( ['_'] digit of the base )+
// blank     = ' ' | tab | form feed | line break | '\' line break | '#' anything to the end of the line
//
// That is what NumPy accepts through ast.literal_eval, without the values that no header may contain (floats,
// complex numbers, bytes, sets): those are refused here, by name.
class Parser {
 public:
  Parser(std::string_view source, LongSuffix suffix) : cursor_(source), suffix_(suffix) {}

  Result<Literal> parse() {
    Literal literal;
    cursor_.skip_blanks();
    if (!cursor_.more()) return Error{"nothing is there"};
    if (value(literal)) {
      cursor_.skip_blanks();
      if (!cursor_.more()) return literal;
      cursor_.fail("something follows the literal");
    }
    return Error{cursor_.error()};
  }

 private:
  // Each of these returns false after fail(). The nesting of the calls is bounded by depth_.
  bool value(Literal& out) {
    const char c = cursor_.peek();
    if (c == '(') return nested([&] { return parenthesised(out); });
    if (c == '[') return nested([&] { return list(out); });
    if (c == '{') return nested([&] { return dict(out); });
    if (c == '+' || c == '-') return nested([&] { return signed_integer(out); });
    if (is_digit(c)) return take_integer(cursor_, suffix_, false, out);
    if (at_string()) return strings(out);
    if (is_name_character(c)) return name(out);
    return cursor_.fail(cursor_.more() ? "an unexpected character" : "the literal is cut short");
  }

  template <class Function>
  bool nested(Function function) {
    if (++depth_ > max_literal_nesting) return cursor_.fail("brackets are nested too deeply");
    const bool done = function();
    --depth_;
    return done;
  }

  // The rest after an opening bracket: items up to `close`. Tells whether a comma was seen.
  template <class Item>
  bool sequence(char close, bool& comma, Item item) {
    cursor_.skip();
    comma = false;
    cursor_.skip_blanks();
    while (!cursor_.take(close)) {
      if (!item()) return false;
      cursor_.skip_blanks();
      if (cursor_.take(',')) {
        comma = true;
        cursor_.skip_blanks();
      } else if (cursor_.peek() != close) {
        return cursor_.fail(cursor_.more() ? "a comma or closing bracket is missing" : "the literal is cut short");
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
      cursor_.skip_blanks();
      if (!cursor_.take(':')) return cursor_.fail("a set, or a key without a value,");
      cursor_.skip_blanks();
      return append(out.items);
    });
  }

  bool signed_integer(Literal& out) {
    const bool negative = cursor_.peek() == '-';
    cursor_.skip();
    cursor_.skip_blanks();
    std::size_t brackets = 0;
    while (cursor_.take('(')) {
      if (++brackets > max_literal_nesting) return cursor_.fail("brackets are nested too deeply");
      cursor_.skip_blanks();
    }
    if (!is_digit(cursor_.peek())) return cursor_.fail("a sign without a number");
    if (!take_integer(cursor_, suffix_, negative, out)) return false;
    for (; brackets > 0; --brackets) {
      cursor_.skip_blanks();
      if (!cursor_.take(')')) return cursor_.fail("a closing bracket is missing");
    }
    return true;
  }

  bool name(Literal& out) {
    const std::string_view word = cursor_.name();
    if (word == "True" || word == "False") {
      out.kind = Literal::Kind::boolean;
      out.integer = word == "True" ? 1 : 0;
    } else if (word != "None") {
      return cursor_.fail("a name that is not a literal");
    }
    cursor_.skip(word.size());
    return true;
  }

  // A quote, or a name (which had better be a prefix) and a quote.
  bool at_string() const {
    const char c = cursor_.peek(cursor_.name().size());
    return c == '\'' || c == '"';
  }

  bool strings(Literal& out) {
    out.kind = Literal::Kind::text;
    while (at_string()) {
      if (!take_string(cursor_, out.text)) return false;
      cursor_.skip_blanks();
    }
    return true;
  }

  LiteralCursor cursor_;
  LongSuffix suffix_;
  std::size_t depth_ = 0;
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
