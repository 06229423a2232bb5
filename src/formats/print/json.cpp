#include "cache_on_disk/json.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cache_on_disk/repr.hpp"
#include "print/pending.hpp"
#include "print/repr_parts.hpp"
#include "text/integers.hpp"
#include "text/json_text.hpp"
#include "value/document.hpp"
#include "value/qualified_name.hpp"
#include "value/scalars.hpp"

namespace cache_on_disk {
namespace {

using npy::Kind;
using text::json_text;

std::string number(double value, std::string text) { return std::isfinite(value) ? std::move(text) : '"' + text + '"'; }

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += i + k > bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63];
  }
  return text;
}

std::string in_bytes(std::string_view bytes) { return "{\"bytes\": \"" + base64(bytes) + "\"}"; }

std::string timedelta_text(const PythonTimedelta& delta) {
  std::string text = fmt::format("P{}DT{}", delta.days, delta.seconds);
  if (delta.microseconds != 0) text += fmt::format(".{:06}", delta.microseconds);
  return '"' + text + "S\"";
}

std::string time_text(const PythonTime& time) {
  std::string text = fmt::format("{:02}:{:02}:{:02}", time.hour, time.minute, time.second);
  return time.microsecond != 0 ? text + fmt::format(".{:06}", time.microsecond) : text;
}

std::string date_text(const PythonDate& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string zone_text(const ValueView& tzinfo) {
  const auto offset = tzinfo.as_timedelta();
  if (!offset) return {};
  const int seconds = offset->days * 86400 + offset->seconds;
  const int size = std::abs(seconds);
  std::string text = fmt::format("{}{:02}:{:02}", seconds < 0 ? '-' : '+', size / 3600, size / 60 % 60);
  return size % 60 != 0 ? text + fmt::format(":{:02}", size % 60) : text;
}

std::string complex(const Dtype& part, std::complex<double> value) {
  return fmt::format("[{}, {}]", number(value.real(), detail::repr_float(part, value.real())),
                     number(value.imag(), detail::repr_float(part, value.imag())));
}

// One element of an array; of a structure, an object of its fields. Recursion is bounded by the nesting of
// dtypes.
std::string element(const Dtype& dtype, const char* data) {
  if (dtype.kind == Kind::boolean) return *data != 0 ? "true" : "false";
  if (dtype.kind == Kind::datetime) {
    const std::string text =
        detail::datetime64_text(text::small_integer(*detail::element_integer(dtype, data)), dtype.unit);
    return text == "NaT" ? "null" : '"' + text + '"';
  }
  if (const auto integer = detail::element_integer(dtype, data)) return text::integer_text(*integer);
  if (const auto value = detail::element_double(dtype, data)) return number(*value, detail::repr_float(dtype, *value));
  if (const auto value = detail::element_complex(dtype, data)) {
    return complex(Dtype::of({Kind::floating, dtype.itemsize / 2, {}}), *value);
  }
  if (const auto text = detail::element_text(dtype, data))
    return dtype.kind == Kind::text ? json_text(*text) : in_bytes(*text);
  if (dtype.kind == Kind::structure) {
    std::string text = "{";
    for (const npy::Field& field : dtype.fields)
      text += (text.size() > 1 ? ", " : "") + json_text(field.name) + ": " + element(field.dtype, data + field.offset);
    return text + "}";
  }
  if (dtype.kind == Kind::subarray) {
    std::string text = "[";
    const std::size_t count = checked_product(dtype.shape).value_or(0);
    for (std::size_t i = 0; i < count && dtype.base->itemsize > 0; ++i)
      text += (i > 0 ? ", " : "") + element(*dtype.base, data + i * dtype.base->itemsize);
    return text + "]";
  }
  return in_bytes({data, dtype.itemsize});
}

class Writer : private detail::Pending {
 public:
  explicit Writer(const JsonOptions& options) : options_(options) {}

  Result<std::string> write(const ValueView& root) {
    add(root);
    for (Item item; take(item);) {
      if (item.is_value) {
        if (auto done = write_value(item.value); !done) return done.error();
      } else {
        out_ += item.text;
      }
      if (out_.size() > options_.max_size) return too_long();
    }
    return std::move(out_);
  }

 private:
  Error too_long() const { return {fmt::format("the JSON is longer than {} bytes", options_.max_size)}; }

  Result<void> write_value(const ValueView& value) {
    if (write_leaf(value)) return {};
    if (!open(value)) return Error{"a value that contains itself cannot be JSON"};
    if (depth() > options_.max_depth) return Error{fmt::format("values are nested deeper than {}", options_.max_depth)};
    const auto array = value.as_array();
    const auto masked = value.as_masked_array();
    if ((array && array->size() > options_.max_size) || (masked && masked->data.size() > options_.max_size))
      return too_long();
    if (value.is_mapping()) {
      add_mapping(value);
      close(value, "}");
    } else if (value.kind() == ValueKind::object) {
      add_object(value);
      close(value, "}");
    } else if (masked) {
      add("{\"data\": ");
      add_elements(masked->data);
      add(", \"mask\": ");
      add_elements(masked->mask);
      close(value, "}");
    } else if (array) {
      add_elements(*array);
      close(value, "");
    } else if (value.kind() == ValueKind::object_array) {
      add_array(value.shape(), [&](std::size_t i) { add(value.items()[i]); });
      close(value, "");
    } else {
      add("[");
      add_items(value.items());
      close(value, "]");
    }
    return {};
  }

  bool write_leaf(const ValueView& value) {
    switch (value.kind()) {
      case ValueKind::none:
      case ValueKind::ellipsis:
      case ValueKind::not_implemented:
        out_ += "null";
        return true;
      case ValueKind::boolean:
        out_ += *value.as_bool() ? "true" : "false";
        return true;
      case ValueKind::integer:
        out_ += integer(value);
        return true;
      case ValueKind::floating:
        out_ += number(*value.as_double(), detail::repr_float(*value.as_double()));
        return true;
      case ValueKind::complex:
        out_ += complex(Dtype::of({Kind::floating, 8, {}}), *value.as_complex());
        return true;
      case ValueKind::text:
        out_ += json_text(*value.as_text());
        return true;
      case ValueKind::bytes:
      case ValueKind::bytearray:
        out_ += in_bytes(*value.string());
        return true;
      case ValueKind::date:
        out_ += '"' + date_text(*value.as_date()) + '"';
        return true;
      case ValueKind::time:
        out_ += '"' + time_text(*value.as_time()) + zone_text(value.attribute()) + '"';
        return true;
      case ValueKind::datetime:
        out_ += '"' + date_text(value.as_datetime()->date) + "T" + time_text(value.as_datetime()->time) +
                zone_text(value.attribute()) + '"';
        return true;
      case ValueKind::timedelta:
      case ValueKind::timezone:
        out_ += timedelta_text(*value.as_timedelta());
        return true;
      case ValueKind::scalar:
        out_ += element(*value.dtype(), detail::ValueAccess::node(value).data());
        return true;
      case ValueKind::dtype:
        out_ += json_text(value.dtype()->text());
        return true;
      case ValueKind::global:
        out_ += json_text(std::string(value.module()) + "." + std::string(value.name()));
        return true;
      case ValueKind::object:  // a member of an enumeration, say
        if (const auto name = detail::qualified_name(value)) {
          out_ += json_text(name->text());
          return true;
        }
        return false;
      default:
        return false;
    }
  }

  // In decimal only where that is done in bounded time.
  static std::string integer(const ValueView& value) {
    const std::string text = text::integer_text(*value.integer_bytes());
    return text.find('x') == std::string::npos ? text : json_text(text);
  }

  void add_mapping(const ValueView& value) {
    add("{");
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto [key, mapped] = value.entry(i);
      const auto text = key.as_text();
      add((i > 0 ? ", " : "") + json_text(text ? std::string(*text) : repr(key, {options_.max_size})) + ": ");
      add(mapped);
    }
  }

  void add_object(const ValueView& value) {
    add("{\"class\": ");
    add(value.callable());
    // All of them, so that a program finds each.
    const auto part = [this](const char* name, const ValueView& held, bool none) {
      add(name);
      none ? add("null") : add(held);
    };
    part(", \"arguments\": ", value.arguments(), value.arguments().empty());
    part(", \"keywords\": ", value.keywords(), value.keywords().is_none());
    part(", \"state\": ", value.state(), value.state().is_none());
    part(", \"items\": ", value.list_items(), value.list_items().is_none());
    part(", \"entries\": ", value.dict_items(), value.dict_items().is_none());
  }

  void add_elements(const AnyArray& array) {
    add_array(array.shape(), [&](std::size_t i) {
      add(element(array.dtype(), reinterpret_cast<const char*>(array.element(i).data())));
    });
  }

  JsonOptions options_;
  std::string out_;
};

}  // namespace

Result<std::string> to_json(const ValueView& value, const JsonOptions& options) { return Writer(options).write(value); }

}  // namespace cache_on_disk
