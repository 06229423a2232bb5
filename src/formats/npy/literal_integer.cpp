// integer   = digits [ 'L' ]                               the L only if asked for
// digits    = nonzero ( ['_'] digit )* | '0' ( ['_'] '0' )*
//           | '0' ( 'x' | 'o' | 'b' ) ( ['_'] digit of the base )+
#include <cstdint>
#include <limits>

#include "npy/literal_cursor.hpp"

namespace cache_on_disk::npy {
namespace {

/// Takes "0x" and its like; 10 if there is none.
unsigned take_base(LiteralCursor& cursor) {
  if (cursor.peek() != '0') return 10;
  const char letter = static_cast<char>(cursor.peek(1) | 0x20);
  const unsigned base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
  if (base != 10) cursor.skip(2);
  return base;
}

bool take_digits(LiteralCursor& cursor, unsigned base, std::uint64_t& number) {
  const bool leading_zero = base == 10 && cursor.peek() == '0';
  bool underscore_allowed = base != 10;
  bool any = false;
  for (; cursor.more(); cursor.skip()) {
    if (cursor.peek() == '_') {
      if (!underscore_allowed) return cursor.fail("a misplaced underscore in a number");
      underscore_allowed = false;
      continue;
    }
    const unsigned digit = digit_value(cursor.peek());
    if (digit >= base) break;
    if (number > (std::numeric_limits<std::uint64_t>::max() - digit) / base)
      return cursor.fail("an integer of more than 64 bits");
    number = number * base + digit;
    any = underscore_allowed = true;
  }
  if (!any || !underscore_allowed) return cursor.fail("a malformed number");
  if (leading_zero && number != 0) return cursor.fail("a number with leading zeros");
  return true;
}

/// Python 2 wrote (3L,). NumPy drops a name L that follows a number, blanks between or not.
void drop_long_suffix(LiteralCursor& cursor) {
  std::size_t next = 0;
  while (cursor.peek(next) == ' ' || cursor.peek(next) == '\t') ++next;
  if (cursor.peek(next) == 'L' && !is_name_character(cursor.peek(next + 1))) cursor.skip(next + 1);
}

}  // namespace

bool take_integer(LiteralCursor& cursor, LongSuffix suffix, bool negative, Literal& out) {
  std::uint64_t number = 0;
  if (!take_digits(cursor, take_base(cursor), number)) return false;
  const char letter = static_cast<char>(cursor.peek() | 0x20);
  if (cursor.peek() == '.' || letter == 'e' || letter == 'j') return cursor.fail("a number that is not an integer");
  if (suffix == LongSuffix::drop) drop_long_suffix(cursor);
  if (is_name_character(cursor.peek())) return cursor.fail("a malformed number");

  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (number > most + (negative ? 1 : 0)) return cursor.fail("an integer of more than 64 bits");
  out.kind = Literal::Kind::integer;
  out.integer = static_cast<std::int64_t>(negative ? ~number + 1 : number);
  return true;
}

}  // namespace cache_on_disk::npy
