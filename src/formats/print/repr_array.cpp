// Arrays as NumPy 2 prints them with its default options: eight digits after the point, lines of 75
// characters, the three outermost items of each axis of an array of more than 1000 elements.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>

#include "print/repr_parts.hpp"
#include "text/integers.hpp"
#include "text/python_text.hpp"
#include "value/scalars.hpp"

namespace cache_on_disk::detail {
namespace {

using npy::Kind;

constexpr std::size_t line_width = 75, threshold = 1000, edge = 3;
constexpr int precision = 8;
constexpr std::size_t most_shown = 100000;  // of an array of so many axes that even its edges are more

const char* element_at(const AnyArray& array, std::size_t index) {
  return reinterpret_cast<const char*>(array.element(index).data());
}

void pad_left(std::vector<std::string>& texts) {
  std::size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, text.size());
  for (std::string& text : texts) text.insert(0, width - text.size(), ' ');
}

// The digits after the point that are not needed, and the point's own place kept: "1.", "2.5".
std::string positional(const Dtype& dtype, double value) {
  std::string text = repr_float(dtype, value);
  const std::size_t e = text.find('e'), point = text.find('.');
  const bool long_fraction = point != std::string::npos && text.size() - point - 1 > precision;
  if (e != std::string::npos || long_fraction) text = fmt::format("{:.{}f}", value, precision);
  while (text.ends_with('0')) text.pop_back();
  return text;
}

// Out of range, which the digits of a subnormal number may be, is no reading at all.
bool reads_as(const std::string& text, double value, bool single) {
  const char* end = text.data() + text.size();
  if (single) {
    float number = 0;
    return std::from_chars(text.data(), end, number).ec == std::errc() && number == static_cast<float>(value);
  }
  double number = 0;
  return std::from_chars(text.data(), end, number).ec == std::errc() && number == value;
}

std::string scientific(const Dtype& dtype, double value, int digits) {
  if (digits >= 0) return fmt::format("{:.{}e}", value, digits);
  // As few digits as give the number back, at most eight.
  for (int few = 0; few < precision; ++few) {
    const std::string text = fmt::format("{:.{}e}", value, few);
    if (reads_as(text, value, dtype.itemsize == 4)) return text;
  }
  return fmt::format("{:.{}e}", value, precision);
}

// Floats of one array, which share one layout. `plus`: with a sign, as the imaginary part of a complex
// number.
std::vector<std::string> format_floats(const Dtype& dtype, const std::vector<double>& values, bool plus) {
  double greatest = 0, least = std::numeric_limits<double>::infinity();
  for (const double value : values) {
    if (!std::isfinite(value) || value == 0) continue;
    greatest = std::max(greatest, std::abs(value));
    least = std::min(least, std::abs(value));
  }
  const bool any = greatest > 0;
  const bool exponents = any && (greatest >= 1e8 || least < 0.0001 || greatest / least > 1000);
  std::vector<std::string> texts;
  std::size_t left = 0, right = 0, exponent_size = 0;
  int digits = 0;
  if (exponents) {
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      const std::string text = scientific(dtype, value, -1);
      const std::size_t e = text.find('e'), point = text.find('.');
      if (point != std::string::npos) digits = std::max(digits, static_cast<int>(e - point - 1));
      exponent_size = std::max(exponent_size, text.size() - e);
    }
  }
  for (const double value : values) {
    if (!std::isfinite(value)) {
      texts.emplace_back();
      continue;
    }
    std::string text = exponents ? scientific(dtype, value, digits) : positional(dtype, value);
    if (exponents && text.find('.') == std::string::npos) text.insert(text.find('e'), ".");
    if (plus && !text.starts_with('-')) text.insert(0, "+");
    const std::size_t point = text.find('.');
    left = std::max(left, point);
    right = std::max(right, text.size() - point - 1);
    texts.push_back(std::move(text));
  }
  const auto special = [plus](double value) {
    const std::string text = std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    return plus && !text.starts_with('-') ? "+" + text : text;
  };
  for (const double value : values) {
    if (std::isfinite(value)) continue;
    const std::size_t size = special(value).size();
    if (size > right + 1) left = std::max(left, size - right - 1);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      texts[i] = special(values[i]);
      const std::size_t width = left + right + 1;
      if (texts[i].size() < width) texts[i].insert(0, width - texts[i].size(), ' ');
      continue;
    }
    const std::size_t point = texts[i].find('.');
    texts[i].insert(0, left - point, ' ');
    texts[i].append(left + right + 1 - texts[i].size(), ' ');
  }
  return texts;
}

std::vector<std::string> format(const AnyArray& array, const std::vector<std::size_t>& indices);

std::vector<std::string> format_structures(const AnyArray& array, const std::vector<std::size_t>& indices) {
  std::vector<std::string> texts(indices.size(), "(");
  bool first = true;
  for (const npy::Field& field : array.dtype().fields) {
    const auto part = array.field(field.name);
    for (std::size_t i = 0; i < indices.size(); ++i) texts[i] += first ? "" : ", ";
    first = false;
    if (!part) continue;
    // A sub-array adds dimensions: so many elements of the field belong to one element of the structure.
    const bool bytes = field.dtype.itemsize > 0;  // else there may be any number of elements, of nothing
    const std::size_t each = array.size() == 0 || !bytes ? 0 : part->size() / array.size();
    if (field.dtype.kind != Kind::subarray) {
      const auto inner = format(*part, indices);
      for (std::size_t i = 0; i < indices.size(); ++i) texts[i] += inner[i];
      continue;
    }
    for (std::size_t i = 0; i < indices.size(); ++i) {
      std::vector<std::size_t> items;
      for (std::size_t k = 0; k < std::min(each, threshold); ++k) items.push_back(indices[i] * each + k);
      texts[i] += fmt::format("[{}]", fmt::join(format(*part, items), ", "));
    }
  }
  for (std::string& text : texts) text += array.dtype().fields.size() == 1 ? ",)" : ")";
  return texts;
}

std::vector<std::string> format(const AnyArray& array, const std::vector<std::size_t>& indices) {
  const Dtype& dtype = array.dtype();
  std::vector<std::string> texts;
  texts.reserve(indices.size());
  switch (dtype.kind) {
    case Kind::structure:
      return format_structures(array, indices);
    case Kind::boolean:
      for (const std::size_t i : indices)
        texts.emplace_back(*element_at(array, i) != 0 ? array.rank() == 0 ? "True" : " True" : "False");
      return texts;
    case Kind::signed_integer:
    case Kind::unsigned_integer:
      for (const std::size_t i : indices)
        texts.push_back(text::integer_text(*element_integer(dtype, element_at(array, i))));
      pad_left(texts);
      return texts;
    case Kind::floating:
    case Kind::complex: {
      if (dtype.itemsize > (dtype.kind == Kind::complex ? 16 : 8)) break;
      const Dtype half = Dtype::of({Kind::floating, dtype.itemsize / 2, {}});
      std::vector<double> real, imaginary;
      for (const std::size_t i : indices) {
        if (dtype.kind == Kind::floating) {
          real.push_back(*element_double(dtype, element_at(array, i)));
        } else {
          const auto number = *element_complex(dtype, element_at(array, i));
          real.push_back(number.real());
          imaginary.push_back(number.imag());
        }
      }
      if (dtype.kind == Kind::floating) return format_floats(dtype, real, false);
      texts = format_floats(half, real, false);
      const auto second = format_floats(half, imaginary, true);
      for (std::size_t i = 0; i < texts.size(); ++i) {
        // The j stands right behind the digits, and the padding behind the j.
        std::string part = second[i];
        const std::size_t end = part.find_last_not_of(' ') + 1;
        part.insert(end, "j");
        texts[i] += part;
      }
      return texts;
    }
    case Kind::datetime:
    case Kind::timedelta:
      for (const std::size_t i : indices) {
        const std::int64_t count = text::small_integer(*element_integer(dtype, element_at(array, i)));
        const bool missing = count == std::numeric_limits<std::int64_t>::min();
        const bool quoted = dtype.kind == Kind::datetime || missing;
        const std::string text = missing                        ? "NaT"
                                 : dtype.kind == Kind::datetime ? datetime64_text(count, dtype.unit)
                                                                : fmt::format("{}", count);
        texts.push_back(quoted ? "'" + text + "'" : text);
      }
      pad_left(texts);
      return texts;
    case Kind::text:
    case Kind::bytes:
      for (const std::size_t i : indices) {
        const auto text = element_text(dtype, element_at(array, i));
        texts.push_back(!text ? "?" : dtype.kind == Kind::text ? text::python_repr(*text) : repr_bytes(*text));
      }
      return texts;
    default:
      break;
  }
  for (const std::size_t i : indices) texts.push_back(repr_bytes({element_at(array, i), dtype.itemsize}));
  return texts;
}

// Lays the items of an array out in nested brackets.
class Layout {
 public:
  Layout(const AnyArray& array, std::size_t indent) : array_(array), indent_(indent) {
    summary_ = array.size() > threshold;
    std::vector<std::size_t> indices;
    collect(0, 0, indices);
    texts_ = format(array, indices);
  }

  std::string text() { return part(0, indent_ + 1, line_width - 1); }

 private:
  // The positions along an axis that are shown; `gap` is where "..." stands.
  std::vector<std::size_t> shown(std::size_t axis, std::size_t& gap) const {
    const std::size_t extent = array_.shape()[axis];
    std::vector<std::size_t> positions;
    gap = extent;
    for (std::size_t i = 0; i < extent; ++i) {
      if (summary_ && 2 * edge < extent && i == edge) {
        gap = edge;
        i = extent - edge;
      }
      positions.push_back(i);
    }
    return positions;
  }

  void collect(std::size_t axis, std::size_t base, std::vector<std::size_t>& indices) const {
    if (axis == array_.rank()) {
      indices.push_back(base);
      return;
    }
    std::size_t gap = 0;
    for (const std::size_t i : shown(axis, gap)) collect(axis + 1, base * array_.shape()[axis] + i, indices);
  }

  std::string part(std::size_t axis, std::size_t indent, std::size_t width) {
    if (axis == array_.rank()) return texts_[next_++];
    std::size_t gap = 0;
    const auto positions = shown(axis, gap);
    const std::string prefix(indent, ' ');
    std::string text;
    if (axis + 1 == array_.rank()) {
      std::string line = prefix;
      const std::size_t room = width - 1;
      const auto put = [&](const std::string& word) {
        if (line.size() + word.size() > room && line.size() > prefix.size()) {
          text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
          line = prefix;
        }
        line += word;
      };
      for (std::size_t k = 0; k < positions.size(); ++k) {
        if (k == gap) {
          put("...");
          line += ", ";
        }
        put(texts_[next_++]);
        if (k + 1 < positions.size()) line += ", ";
      }
      text += line;
    } else {
      const std::string separator = "," + std::string(array_.rank() - axis - 1, '\n');
      for (std::size_t k = 0; k < positions.size(); ++k) {
        if (k == gap) text += prefix + "..." + separator;
        text += prefix + part(axis + 1, indent + 1, width - 1);
        if (k + 1 < positions.size()) text += separator;
      }
    }
    return "[" + (text.empty() ? "" : text.substr(indent)) + "]";
  }

  const AnyArray& array_;
  std::size_t indent_;
  bool summary_ = false;
  std::vector<std::string> texts_;
  std::size_t next_ = 0;
};

// What follows "dtype=".
std::string short_dtype(const Dtype& dtype) {
  const bool native = dtype.order == npy::native_order || dtype.order == npy::ByteOrder::none;
  const std::string name = dtype_name(dtype);
  if (dtype.kind == Kind::structure) return dtype.text();
  if (native && !name.empty()) return name.find('[') == std::string::npos ? name : "'" + name + "'";
  if (dtype.kind == Kind::bytes) return fmt::format("'|S{}'", dtype.itemsize);
  if (dtype.kind == Kind::raw) return fmt::format("'|V{}'", dtype.itemsize);
  return "'" + dtype.text() + "'";
}

}  // namespace

std::string repr_array(const AnyArray& array) {
  constexpr std::string_view opening = "array(";
  const Dtype& dtype = array.dtype();
  std::string text(opening);
  std::size_t shown = 1;
  for (const std::size_t extent : array.shape()) shown *= shown > most_shown ? 1 : std::min(extent, 2 * edge);
  const bool brief = array.size() > threshold && shown > most_shown;
  text += array.size() == 0 ? "[]" : brief ? "[...]" : Layout(array, opening.size()).text();
  std::string extras;
  const bool listed = array.rank() == 1 && array.shape()[0] == 0;
  if ((array.size() == 0 && !listed) || array.size() > threshold) extras = "shape=" + to_text(array.shape());
  const bool implied = array.size() > 0 && (dtype == Dtype::of({Kind::signed_integer, 8, {}}) ||
                                            dtype == Dtype::of({Kind::floating, 8, {}}) ||
                                            dtype == Dtype::of({Kind::complex, 16, {}}) || dtype.kind == Kind::boolean);
  if (!implied) extras += (extras.empty() ? "dtype=" : ", dtype=") + short_dtype(dtype);
  if (extras.empty()) return text + ")";
  const std::size_t last_line = text.size() - (text.rfind('\n') + 1);
  const bool fits = last_line + extras.size() + 2 <= line_width;
  return text + "," + (fits ? " " : "\n" + std::string(opening.size(), ' ')) + extras + ")";
}

}  // namespace cache_on_disk::detail
