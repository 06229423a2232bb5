#include "npy/type_string.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "text/words.hpp"

namespace cache_on_disk::npy {
namespace {

struct NamedType {
  Kind kind;
  std::uint32_t itemsize;
  std::string_view names;
};

// The names and letters NumPy knows besides kind and size. The sizes of int, long and long double are those
// of 64-bit Linux on x86, where NumPy's own headers give them too.
constexpr NamedType named_types[] = {
    {Kind::boolean, 1, "? bool bool8 bool_"},
    {Kind::signed_integer, 1, "b byte int8"},
    {Kind::signed_integer, 2, "h int16 short"},
    {Kind::signed_integer, 4, "i int32 intc"},
    {Kind::signed_integer, 8, "int int64 intp l longlong p q"},
    {Kind::unsigned_integer, 1, "B ubyte uint8"},
    {Kind::unsigned_integer, 2, "H uint16 ushort"},
    {Kind::unsigned_integer, 4, "I uint32 uintc"},
    {Kind::unsigned_integer, 8, "L P Q uint uint64 uintp ulonglong"},
    {Kind::floating, 2, "e float16 half"},
    {Kind::floating, 4, "f float32 single"},
    {Kind::floating, 8, "d double float float64"},
    {Kind::floating, 16, "float128 g longdouble"},
    {Kind::complex, 8, "F complex64"},
    {Kind::complex, 16, "D complex complex128"},
    {Kind::complex, 32, "G clongdouble complex256"},
    {Kind::bytes, 0, "S a bytes bytes_ string_"},
    {Kind::bytes, 1, "c"},
    {Kind::text, 0, "U str str_ unicode_"},
    {Kind::raw, 0, "V void"},
    {Kind::object, 8, "O object object_"},
    {Kind::datetime, 8, "M datetime64"},
    {Kind::timedelta, 8, "m timedelta64"},
};

const NamedType* find_name(std::string_view name) {
  const auto* const found =
      std::ranges::find_if(named_types, [name](const NamedType& type) { return text::has_word(type.names, name); });
  return found == std::end(named_types) ? nullptr : found;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A kind and size that may stand for elements in memory; text and raw take any size.
bool is_known_size(Kind kind, std::uint64_t size) {
  switch (kind) {
    case Kind::boolean:
      return size == 1;
    case Kind::signed_integer:
    case Kind::unsigned_integer:
      return size == 1 || size == 2 || size == 4 || size == 8;
    case Kind::floating:
      return size == 2 || size == 4 || size == 8 || size == 16;
    case Kind::complex:
      return size == 8 || size == 16 || size == 32;
    case Kind::datetime:
    case Kind::timedelta:
      return size == 8;
    case Kind::object:
      return size == 4 || size == 8;
    default:
      return true;
  }
}

Dtype make(Kind kind, std::uint64_t itemsize, ByteOrder order, const DatetimeUnit& unit) {
  return Dtype::of(ElementType{kind, static_cast<std::uint32_t>(itemsize), unit}, order);
}

// A type without commas and repeat counts.
Result<Dtype> parse_single(std::string_view text) {
  const auto error = [text] { return Error{fmt::format("'{}' is not a type NumPy knows", text)}; };
  std::string_view rest = text;
  ByteOrder order = native_order;
  if (!rest.empty() && std::string_view("<>|=").find(rest.front()) != std::string_view::npos) {
    if (rest.front() == '<') order = ByteOrder::little;
    if (rest.front() == '>') order = ByteOrder::big;
    rest.remove_prefix(1);
  }
  if (rest.empty()) return error();

  DatetimeUnit unit;
  if (const std::size_t bracket = rest.find('['); bracket != std::string_view::npos) {
    auto parsed = DatetimeUnit::parse(rest.substr(bracket));
    if (!parsed) return parsed.error();
    unit = *parsed;
    rest = rest.substr(0, bracket);
    if (rest != "M8" && rest != "m8" && rest != "datetime64" && rest != "timedelta64") return error();
  }

  if (rest.size() >= 2 && std::all_of(rest.begin() + 1, rest.end(), is_digit)) {
    std::uint64_t size = 0;
    for (const char digit : rest.substr(1)) {
      size = size * 10 + static_cast<std::uint64_t>(digit - '0');
      if (size > max_itemsize) return Error{fmt::format("'{}' is larger than an element may be", text)};
    }
    const char letter = rest.front() == 'a' ? 'S' : rest.front();  // 'a' is an old name of 'S'
    if (std::string_view("biufcMmSUVO").find(letter) == std::string_view::npos) return error();
    const auto kind = static_cast<Kind>(letter);
    if (!is_known_size(kind, size)) return error();
    if (kind == Kind::text) size *= 4;
    if (kind == Kind::object) size = 8;
    if (size > max_itemsize) return Error{fmt::format("'{}' is larger than an element may be", text)};
    return make(kind, size, order, unit);
  }
  const NamedType* named = find_name(rest);
  if (!named) return error();
  return make(named->kind, named->itemsize, order, unit);
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
}

// Takes a repeat count from the front of an item: nothing, "3", "(2,3)" or "(2,)".
bool take_repeats(std::string_view& text, bool& counted, Shape& repeats) {
  const auto number = [&text, &repeats] {
    std::uint64_t value = 0;
    if (text.empty() || !is_digit(text.front())) return false;
    while (!text.empty() && is_digit(text.front())) {
      value = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
      if (value > max_itemsize) return false;
      text.remove_prefix(1);
    }
    repeats.push_back(value);
    return true;
  };
  counted = !text.empty() && (text.front() == '(' || is_digit(text.front()));
  if (!counted) return true;
  if (text.front() != '(') return number();
  text.remove_prefix(1);
  skip_spaces(text);
  while (text.empty() || text.front() != ')') {
    if (repeats.size() == max_dtype_nesting || !number()) return false;
    skip_spaces(text);
    if (!text.empty() && text.front() == ',') {
      text.remove_prefix(1);
      skip_spaces(text);
    } else if (text.empty() || text.front() != ')') {
      return false;
    }
  }
  text.remove_prefix(1);
  skip_spaces(text);
  return true;
}

}  // namespace

// type   = single | item ( ',' item )*         one comma makes a structure of the fields f0, f1, ...
// item   = spaces [ order ] [ repeats ] single spaces
// repeats= number | '(' number ( ',' number )* [','] ')'
// single = [ order ] ( letter number | name ) [ unit ]
// order  = '<' | '>' | '|' | '='               '|' and '=' are the reader's own order
Result<Dtype> parse_type_string(std::string_view text) {
  // Plain types first: they are nearly all there is.
  const bool plain = text.find_first_of(",( ") == std::string_view::npos && !text.empty() && !is_digit(text.front());
  if (plain) return parse_single(text);

  const auto error = [text] { return Error{fmt::format("'{}' is not a type NumPy knows", text)}; };
  std::vector<Field> fields;
  std::uint64_t offset = 0;
  bool commas = false;
  std::string_view rest = text;
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return error();
  for (;;) {
    // A comma inside brackets belongs to a repeat count.
    std::size_t end = 0;
    for (int depth = 0; end < rest.size() && (rest[end] != ',' || depth > 0); ++end) {
      depth += rest[end] == '(' ? 1 : rest[end] == ')' ? -1 : 0;
    }
    std::string_view item = rest.substr(0, end);
    const bool last = end == rest.size();
    commas = commas || !last;
    skip_spaces(item);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);

    bool counted = false;
    Shape repeats;
    if (!take_repeats(item, counted, repeats)) return error();
    auto dtype = parse_single(item);
    if (!dtype) return dtype;
    if (counted && !repeats.empty()) dtype = Dtype::subarray(*std::move(dtype), std::move(repeats));
    if (!dtype) return dtype;
    if (last && !commas) return dtype;

    if (fields.size() == max_fields || offset + dtype->itemsize > max_itemsize) {
      return Error{fmt::format("'{}' is larger than an element may be", text.substr(0, 80))};
    }
    const std::uint32_t itemsize = dtype->itemsize;
    fields.push_back(
        {fmt::format("f{}", fields.size()), std::nullopt, static_cast<std::uint32_t>(offset), *std::move(dtype)});
    offset += itemsize;
    if (last) return Dtype::structure(std::move(fields), offset);
    rest.remove_prefix(end + 1);
  }
}

}  // namespace cache_on_disk::npy
