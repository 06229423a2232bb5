#include "npy/type_string.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace cache_on_disk::npy {
namespace {

struct NamedType {
  std::string_view name;
  Kind kind;
  std::uint32_t itemsize;
};

// The names and letters NumPy knows besides kind and size. The sizes of int, long and long double are those
// of 64-bit Linux on x86, where NumPy's own headers give them too.
constexpr std::array named_types = std::to_array<NamedType>({
    {"?", Kind::boolean, 1},
    {"B", Kind::unsigned_integer, 1},
    {"D", Kind::complex, 16},
    {"F", Kind::complex, 8},
    {"G", Kind::complex, 32},
    {"H", Kind::unsigned_integer, 2},
    {"I", Kind::unsigned_integer, 4},
    {"L", Kind::unsigned_integer, 8},
    {"M", Kind::datetime, 8},
    {"O", Kind::object, 8},
    {"P", Kind::unsigned_integer, 8},
    {"Q", Kind::unsigned_integer, 8},
    {"S", Kind::bytes, 0},
    {"U", Kind::text, 0},
    {"V", Kind::raw, 0},
    {"a", Kind::bytes, 0},
    {"b", Kind::signed_integer, 1},
    {"bool", Kind::boolean, 1},
    {"bool8", Kind::boolean, 1},
    {"bool_", Kind::boolean, 1},
    {"byte", Kind::signed_integer, 1},
    {"bytes", Kind::bytes, 0},
    {"bytes_", Kind::bytes, 0},
    {"c", Kind::bytes, 1},
    {"clongdouble", Kind::complex, 32},
    {"complex", Kind::complex, 16},
    {"complex128", Kind::complex, 16},
    {"complex256", Kind::complex, 32},
    {"complex64", Kind::complex, 8},
    {"d", Kind::floating, 8},
    {"datetime64", Kind::datetime, 8},
    {"double", Kind::floating, 8},
    {"e", Kind::floating, 2},
    {"f", Kind::floating, 4},
    {"float", Kind::floating, 8},
    {"float128", Kind::floating, 16},
    {"float16", Kind::floating, 2},
    {"float32", Kind::floating, 4},
    {"float64", Kind::floating, 8},
    {"g", Kind::floating, 16},
    {"h", Kind::signed_integer, 2},
    {"half", Kind::floating, 2},
    {"i", Kind::signed_integer, 4},
    {"int", Kind::signed_integer, 8},
    {"int16", Kind::signed_integer, 2},
    {"int32", Kind::signed_integer, 4},
    {"int64", Kind::signed_integer, 8},
    {"int8", Kind::signed_integer, 1},
    {"intc", Kind::signed_integer, 4},
    {"intp", Kind::signed_integer, 8},
    {"l", Kind::signed_integer, 8},
    {"longdouble", Kind::floating, 16},
    {"longlong", Kind::signed_integer, 8},
    {"m", Kind::timedelta, 8},
    {"object", Kind::object, 8},
    {"object_", Kind::object, 8},
    {"p", Kind::signed_integer, 8},
    {"q", Kind::signed_integer, 8},
    {"short", Kind::signed_integer, 2},
    {"single", Kind::floating, 4},
    {"str", Kind::text, 0},
    {"str_", Kind::text, 0},
    {"string_", Kind::bytes, 0},
    {"timedelta64", Kind::timedelta, 8},
    {"ubyte", Kind::unsigned_integer, 1},
    {"uint", Kind::unsigned_integer, 8},
    {"uint16", Kind::unsigned_integer, 2},
    {"uint32", Kind::unsigned_integer, 4},
    {"uint64", Kind::unsigned_integer, 8},
    {"uint8", Kind::unsigned_integer, 1},
    {"uintc", Kind::unsigned_integer, 4},
    {"uintp", Kind::unsigned_integer, 8},
    {"ulonglong", Kind::unsigned_integer, 8},
    {"unicode_", Kind::text, 0},
    {"ushort", Kind::unsigned_integer, 2},
    {"void", Kind::raw, 0},
});
static_assert(std::is_sorted(named_types.begin(), named_types.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

const NamedType* find_name(std::string_view name) {
  const auto* found = std::lower_bound(named_types.begin(), named_types.end(), name,
                                       [](const NamedType& type, std::string_view n) { return type.name < n; });
  return found != named_types.end() && found->name == name ? found : nullptr;
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
