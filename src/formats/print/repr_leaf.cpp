#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "cache_on_disk/float16.hpp"
#include "print/repr_parts.hpp"
#include "text/integers.hpp"
#include "text/python_text.hpp"
#include "value/document.hpp"
#include "value/scalars.hpp"

namespace cache_on_disk::detail {
namespace {

using npy::Kind;
using UnitName = npy::DatetimeUnit::Name;

// Digits of a finite number, "d.ddde+XX" or "ddd.dd", laid out as Python does: with an exponent outside of
// 1e-4 to 1e16.
std::string layout(std::string_view scientific, bool point) {
  const bool negative = scientific.starts_with('-');
  if (negative) scientific.remove_prefix(1);
  const std::size_t e = scientific.find('e');
  std::string digits(scientific.substr(0, e));
  if (digits.size() > 1) digits.erase(1, 1);
  int exponent = 0;
  const std::string_view power = scientific.substr(e + (scientific[e + 1] == '+' ? 2 : 1));
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  std::string text = negative ? "-" : "";
  if (exponent < -4 || exponent >= 16) {
    text += digits[0];
    if (digits.size() > 1) text += "." + digits.substr(1);
    return text + fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0) return text + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    digits.append(whole - digits.size(), '0');
    return text + digits + (point ? ".0" : "");
  }
  return text + digits.substr(0, whole) + "." + digits.substr(whole);
}

template <class Float>
std::string shortest(Float value, bool point) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
  return layout({text.data(), static_cast<std::size_t>(end - text.data())}, point);
}

// The fewest digits that no other number of 16 bits is nearer to.
std::string shortest_half(double value, bool point) {
  if (!std::isfinite(value)) return shortest(value, point);
  for (int digits = 0; digits < 5; ++digits) {
    const std::string text = fmt::format("{:.{}e}", value, digits);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    if (static_cast<double>(static_cast<float>(Float16(static_cast<float>(back)))) == value) {
      std::string trimmed = text;
      return layout(trimmed, point);
    }
  }
  return shortest(value, point);
}

struct Calendar {
  std::int64_t year;
  int month, day;
};

// Days since 1970 to year, month and day, in the proleptic Gregorian calendar (years begin in March here, so
// that leap days come last).
Calendar civil(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

// NumPy: at least four digits, and a sign if that is not enough.
std::string year_text(std::int64_t year) {
  return year >= 0 ? fmt::format("{:04}", year) : fmt::format("-{:04}", -year);
}

__extension__ using Wide = __int128;

Wide floor_divide(Wide a, Wide b, Wide& rest) {
  Wide quotient = a / b;
  rest = a % b;
  if (rest < 0) rest += b, --quotient;
  return quotient;
}

std::string scalar_repr(const ValueView& value) {
  const Dtype& dtype = *value.dtype();
  const char* data = ValueAccess::node(value).data();
  if (const auto truth = value.as_bool()) return *truth ? "np.True_" : "np.False_";
  if (const auto number = value.as_double())
    return fmt::format("np.{}({})", dtype_name(dtype), repr_float(dtype, *number));
  if (const auto number = value.as_complex()) {
    const Dtype half = Dtype::of({Kind::floating, dtype.itemsize / 2, {}});
    const auto part = [&](double d) {
      std::string text = repr_float(half, d);
      if (text.ends_with(".0")) text.resize(text.size() - 2);
      return text;
    };
    const std::string imaginary = part(number->imag()) + "j";
    if (number->real() == 0 && !std::signbit(number->real()))
      return fmt::format("np.{}({})", dtype_name(dtype), imaginary);
    const bool sign = imaginary.starts_with('-');
    return fmt::format("np.{}({}{}{})", dtype_name(dtype), part(number->real()), sign ? "" : "+", imaginary);
  }
  if (dtype.kind == Kind::datetime) {
    const std::int64_t count = text::small_integer(*element_integer(dtype, data));
    return fmt::format("np.datetime64('{}'{})", datetime64_text(count, dtype.unit),
                       dtype.unit.name != UnitName::generic && dtype.unit.multiplier != 1
                           ? ",'" + dtype.unit.text().substr(1, dtype.unit.text().size() - 2) + "'"
                           : "");
  }
  if (dtype.kind == Kind::timedelta) {
    const std::int64_t count = text::small_integer(*element_integer(dtype, data));
    const std::string unit = dtype.unit.text();
    const std::string number = count == std::numeric_limits<std::int64_t>::min() ? "'NaT'" : fmt::format("{}", count);
    if (unit.empty()) return fmt::format("np.timedelta64({})", number);
    return fmt::format("np.timedelta64({},'{}')", number, unit.substr(1, unit.size() - 2));
  }
  if (const auto number = element_integer(dtype, data))
    return fmt::format("np.{}({})", dtype_name(dtype), text::integer_text(*number));
  if (const auto text = value.string())
    return dtype.kind == Kind::text ? fmt::format("np.str_({})", text::python_repr(*text))
                                    : fmt::format("np.bytes_({})", repr_bytes(*text));
  if (dtype.kind == Kind::structure) {
    std::string inside = repr_array(*value.as_array());
    inside = inside.substr(6, inside.rfind("dtype=") - 6);
    inside.erase(inside.find_last_not_of(", \n") + 1);
    return fmt::format("np.void({}, dtype={})", inside, dtype.text());
  }
  return fmt::format("np.void({})", repr_bytes({data, dtype.itemsize}));
}

}  // namespace

std::string repr_float(double value) { return shortest(value, true); }
std::string repr_part(double value) { return shortest(value, false); }

std::string repr_float(const Dtype& dtype, double value) {
  if (dtype.itemsize == 2) return shortest_half(value, true);
  return dtype.itemsize == 4 ? shortest(static_cast<float>(value), true) : shortest(value, true);
}

std::string repr_complex(std::complex<double> value) {
  const std::string imaginary = repr_part(value.imag()) + "j";
  if (value.real() == 0 && !std::signbit(value.real())) return imaginary;
  return "(" + repr_part(value.real()) + (imaginary.starts_with('-') ? "" : "+") + imaginary + ")";
}

std::string repr_bytes(std::string_view bytes, bool escape_apostrophes) {
  const bool double_quotes = bytes.find('\'') != std::string_view::npos && bytes.find('"') == std::string_view::npos;
  const char quote = double_quotes ? '"' : '\'';
  std::string text = "b";
  text += quote;
  for (const char c : bytes) {
    if (c == quote || c == '\\' || (c == '\'' && escape_apostrophes)) {
      text += '\\';
      text += c;
    } else if (c == '\n' || c == '\r' || c == '\t') {
      text += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (c < ' ' || c > '~') {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text + quote;
}

std::string repr_date(const PythonDate& date) {
  return fmt::format("datetime.date({}, {}, {})", date.year, date.month, date.day);
}

std::string repr_time(const PythonTime& time) {
  std::string text = fmt::format("datetime.time({}, {}", time.hour, time.minute);
  if (time.microsecond != 0) return text + fmt::format(", {}, {}", time.second, time.microsecond);
  return time.second != 0 ? text + fmt::format(", {}", time.second) : text;
}

std::string repr_datetime(const PythonDatetime& when) {
  std::string text = fmt::format("datetime.datetime({}, {}, {}, {}, {}", when.date.year, when.date.month, when.date.day,
                                 when.time.hour, when.time.minute);
  if (when.time.second != 0 || when.time.microsecond != 0) text += fmt::format(", {}", when.time.second);
  if (when.time.microsecond != 0) text += fmt::format(", {}", when.time.microsecond);
  return text;
}

std::string repr_timedelta(const PythonTimedelta& delta) {
  std::string text;
  if (delta.days != 0) text += fmt::format("days={}", delta.days);
  if (delta.seconds != 0) text += fmt::format("{}seconds={}", text.empty() ? "" : ", ", delta.seconds);
  if (delta.microseconds != 0) text += fmt::format("{}microseconds={}", text.empty() ? "" : ", ", delta.microseconds);
  return fmt::format("datetime.timedelta({})", text.empty() ? "0" : text);
}

std::string datetime64_text(std::int64_t count, const npy::DatetimeUnit& unit) {
  if (count == std::numeric_limits<std::int64_t>::min()) return "NaT";
  const Wide value = Wide{count} * unit.multiplier;
  if (unit.name == UnitName::generic) return fmt::format("{}", count);
  if (unit.name == UnitName::year) return year_text(static_cast<std::int64_t>(value + 1970));
  Wide rest = 0;
  if (unit.name == UnitName::month) {
    const Wide years = floor_divide(value, 12, rest);
    return year_text(static_cast<std::int64_t>(years + 1970)) + fmt::format("-{:02}", static_cast<int>(rest) + 1);
  }
  // How many of the unit make a day.
  Wide per_day = 1;
  const int step = static_cast<int>(unit.name) - static_cast<int>(UnitName::hour);
  if (step >= 0) per_day = step == 0 ? 24 : step == 1 ? 1440 : 86400;
  for (int i = 2; i < step; ++i) per_day *= 1000;
  const Wide days = unit.name == UnitName::week ? value * 7 : floor_divide(value, per_day, rest);
  const Calendar date = civil(static_cast<std::int64_t>(days));
  std::string text = year_text(date.year) + fmt::format("-{:02}-{:02}", date.month, date.day);
  if (step < 0) return text;
  const Wide per_hour = per_day / 24;
  text += fmt::format("T{:02}", static_cast<int>(rest / per_hour));
  if (step >= 1) text += fmt::format(":{:02}", static_cast<int>(rest % per_hour * 60 / per_hour));
  if (step >= 2) text += fmt::format(":{:02}", static_cast<int>(rest * 86400 / per_day % 60));
  if (step >= 3) {
    const Wide per_second = per_day / 86400;
    text += fmt::format(".{:0{}}", static_cast<std::int64_t>(rest % per_second), 3 * (step - 2));
  }
  return text;
}

std::string dtype_name(const Dtype& dtype) {
  const std::uint32_t bits = 8 * dtype.itemsize;
  switch (dtype.kind) {
    case Kind::boolean:
      return "bool";
    case Kind::signed_integer:
      return fmt::format("int{}", bits);
    case Kind::unsigned_integer:
      return fmt::format("uint{}", bits);
    case Kind::floating:
      return fmt::format("float{}", bits);
    case Kind::complex:
      return fmt::format("complex{}", bits);
    case Kind::datetime:
      return "datetime64" + dtype.unit.text();
    case Kind::timedelta:
      return "timedelta64" + dtype.unit.text();
    case Kind::object:
      return "object";
    default:
      return {};
  }
}

std::string repr_dtype(const Dtype& dtype) {
  if (dtype.kind == Kind::structure) return fmt::format("dtype({})", dtype.text());
  if (dtype.kind == Kind::subarray) return fmt::format("dtype({})", dtype.text());
  if (dtype.kind == Kind::object) return "dtype('O')";
  const bool named = !dtype_name(dtype).empty() && dtype.kind != Kind::datetime && dtype.kind != Kind::timedelta &&
                     (dtype.order == npy::native_order || dtype.order == npy::ByteOrder::none);
  if (named) return fmt::format("dtype('{}')", dtype_name(dtype));
  std::string text = dtype.text();
  if (dtype.kind == Kind::bytes) text = fmt::format("S{}", dtype.itemsize);
  if (dtype.kind == Kind::raw) text = fmt::format("V{}", dtype.itemsize);
  return fmt::format("dtype('{}')", text);
}

std::string repr_leaf(const ValueView& value) {
  switch (value.kind()) {
    case ValueKind::none:
      return "None";
    case ValueKind::boolean:
      return *value.as_bool() ? "True" : "False";
    case ValueKind::integer:
      return text::integer_text(*value.integer_bytes());
    case ValueKind::floating:
      return repr_float(*value.as_double());
    case ValueKind::complex:
      return repr_complex(*value.as_complex());
    case ValueKind::text:
      return text::python_repr(*value.as_text());
    case ValueKind::bytes:
    case ValueKind::bytearray: {
      const auto bytes = *value.as_bytes();
      const bool mutable_bytes = value.kind() == ValueKind::bytearray;  // whose repr() escapes every apostrophe
      std::string text = repr_bytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, mutable_bytes);
      return !mutable_bytes ? text : "bytearray(" + text + ")";
    }
    case ValueKind::ellipsis:
      return "Ellipsis";
    case ValueKind::not_implemented:
      return "NotImplemented";
    case ValueKind::date:
      return repr_date(*value.as_date());
    case ValueKind::timedelta:
      return repr_timedelta(*value.as_timedelta());
    case ValueKind::scalar:
      return scalar_repr(value);
    case ValueKind::dtype:
      return repr_dtype(*value.dtype());
    case ValueKind::global: {
      const bool builtin = value.module() == "builtins" || value.module() == "__builtin__";
      return fmt::format("<class '{}{}{}'>", builtin ? "" : value.module(), builtin ? "" : ".", value.name());
    }
    case ValueKind::array:
      return repr_array(*value.as_array());
    default:
      return {};
  }
}

}  // namespace cache_on_disk::detail
