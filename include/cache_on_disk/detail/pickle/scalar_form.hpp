// Forms of single values: None, bool, numbers, text, bytes, enumerations, points in time, paths.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/reading.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"

namespace cache_on_disk::pickle {

template <class T>
struct FormOf<T, Category::nothing> {
  static void write(Writer& writer, const T&) { writer.none(); }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    if (!reading.is_none(value)) return reading.refuse(value, "None");
    return T{};
  }
};

template <class T>
struct FormOf<T, Category::boolean> {
  static void write(Writer& writer, bool value) { writer.boolean(value); }
  static std::optional<bool> read(Reading& reading, const ValueView& value) { return reading.boolean(value); }
};

template <class T>
struct FormOf<T, Category::integer> {
  static void write(Writer& writer, T value) {
    if constexpr (std::signed_integral<T>)
      writer.integer(std::int64_t{value});
    else
      writer.integer(std::uint64_t{value});
  }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const auto wide = [&] {
      if constexpr (std::signed_integral<T>)
        return reading.signed_integer(value, 8 * sizeof(T));
      else
        return reading.unsigned_integer(value, 8 * sizeof(T));
    }();
    if (!wide) return std::nullopt;
    return static_cast<T>(*wide);
  }
};

template <class T>
struct FormOf<T, Category::enumeration> {
  using Number = std::underlying_type_t<T>;
  static void write(Writer& writer, T value) { Form<Number>::write(writer, static_cast<Number>(value)); }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const auto number = Form<Number>::read(reading, reading.enumerator(value));
    if (!number) return std::nullopt;
    return static_cast<T>(*number);
  }
};

/// As a double, with all bits of a NaN: converting makes a signaling one quiet.
inline double widened(double value) { return value; }
inline double widened(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const bool is_nan = (bits & 0x7fffffffu) > 0x7f800000u;
  if (!is_nan) return static_cast<double>(value);
  const std::uint64_t sign = bits >> 31, mantissa = bits & 0x007fffffu;
  return std::bit_cast<double>(sign << 63 | std::uint64_t{0x7ff} << 52 | mantissa << 29);
}

template <class T>
struct FormOf<T, Category::floating> {
  static void write(Writer& writer, T value) { writer.floating(widened(value)); }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    if constexpr (std::same_as<T, float>)
      return reading.single(value);
    else
      return reading.floating(value);
  }
};

template <class T>
struct FormOf<T, Category::complex> {
  static void write(Writer& writer, const T& value) { writer.complex({widened(value.real()), widened(value.imag())}); }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    if constexpr (std::same_as<T, std::complex<float>>)
      return reading.single_complex(value);
    else
      return reading.complex(value);
  }
};

template <class T>
struct FormOf<T, Category::text> {
  static void write(Writer& writer, const std::string& value) { writer.text_or_bytes(value); }
  static std::optional<std::string> read(Reading& reading, const ValueView& value) { return reading.text(value); }
};

template <class T>
struct FormOf<T, Category::path> {
  static void write(Writer& writer, const T& path) { writer.text_or_bytes(path.native()); }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    auto text = reading.path(value);
    if (!text) return std::nullopt;
    return T(*std::move(text));
  }
};

template <class T>
struct FormOf<T, Category::bytes> {
  static void write(Writer& writer, const T& value) {
    writer.bytes({reinterpret_cast<const char*>(value.data()), value.size()});
  }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const auto bytes = reading.bytes(value);
    if (!bytes) return std::nullopt;
    T result{};
    if constexpr (requires { result.resize(bytes->size()); })
      result.resize(bytes->size());
    else if (result.size() != bytes->size())
      return reading.refuse_size(value, result.size());
    std::ranges::copy(*bytes, result.begin());
    return result;
  }
};

template <class T>
struct FormOf<T, Category::time> {
  static constexpr npy::ElementType type = ElementTraits<T>::type;
  static_assert(sizeof(T) == sizeof(std::int64_t));
  static void write(Writer& writer, const T& value) { writer.datetime(type, std::bit_cast<std::int64_t>(value)); }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const auto count = reading.datetime(value, type);
    if (!count) return std::nullopt;
    return std::bit_cast<T>(*count);
  }
};

}  // namespace cache_on_disk::pickle
