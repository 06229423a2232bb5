// Lets Cached cells hold single values: bool, integers, floating-point and complex numbers, std::string.
//
//   Cached<double> seeing_;           // np.load(file, allow_pickle=True) gives the float back
//   Cached<std::string> target_;
//
// Such a value is stored as the pickle that Python would write, and read from a pickle or from an .npy file
// of no dimensions, whoever wrote it. pickle/scalar_cast.hpp says which Python value fits which type: nothing
// is rounded, cut or reinterpreted. A std::string that is valid UTF-8 is a str for Python, any other is
// bytes.
#pragma once

#include <complex>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/npy/scalar.hpp"
#include "cache_on_disk/pickle/encoding.hpp"
#include "cache_on_disk/pickle/scalar.hpp"
#include "cache_on_disk/pickle/scalar_cast.hpp"
#include "cache_on_disk/pickle/writer.hpp"

namespace cache_on_disk {
namespace detail {

/// Whether a payload begins as .npy files do.
bool is_npy(const Payload& payload) noexcept;

/// Writes a value as the Python type that its C++ type stands for.
template <pickle::ScalarTarget T>
void write_scalar(pickle::Writer& writer, const T& value) {
  if constexpr (std::same_as<T, bool>)
    writer.boolean(value);
  else if constexpr (std::signed_integral<T>)
    writer.integer(std::int64_t{value});
  else if constexpr (std::unsigned_integral<T>)
    writer.integer(std::uint64_t{value});
  else if constexpr (std::floating_point<T>)
    writer.floating(double{value});
  else if constexpr (std::same_as<T, std::string>)
    writer.text_or_bytes(value);
  else
    writer.complex(std::complex<double>(value));
}

/// The fixed-width type that represents an integer type in an .npy file: long, char and their kin have one.
template <pickle::Integer T>
auto fixed_width() {
  constexpr bool is_signed = std::signed_integral<T>;
  if constexpr (sizeof(T) == 1)
    return std::conditional_t<is_signed, std::int8_t, std::uint8_t>();
  else if constexpr (sizeof(T) == 2)
    return std::conditional_t<is_signed, std::int16_t, std::uint16_t>();
  else if constexpr (sizeof(T) == 4)
    return std::conditional_t<is_signed, std::int32_t, std::uint32_t>();
  else
    return std::conditional_t<is_signed, std::int64_t, std::uint64_t>();
}

template <pickle::ScalarTarget T>
Result<T> decode_npy(const Payload& payload) {
  if constexpr (pickle::Integer<T>) {
    const auto number = npy::decode_scalar<decltype(fixed_width<T>())>(payload);
    if (!number) return number.error();
    return static_cast<T>(*number);
  } else {
    return npy::decode_scalar<T>(payload);
  }
}

template <class T>
concept TooPreciseForPickle = std::same_as<T, long double> || std::same_as<T, std::complex<long double>>;

}  // namespace detail

template <pickle::ScalarTarget T>
struct Codec<T> {
  static StoredType stored_type() { return {Format::pickle, "", -1}; }

  static Result<Encoding> encode(const T& value) {
    return pickle::encode([&value](pickle::Writer& writer) { detail::write_scalar(writer, value); });
  }

  static Result<T> decode(const Payload& payload) {
    if (detail::is_npy(payload)) return detail::decode_npy<T>(payload);
    auto value = pickle::read_scalar(payload.bytes);
    if (!value) return value.error();
    return pickle::scalar_cast<T>(*std::move(value));
  }
};

template <detail::TooPreciseForPickle T>
struct Codec<T> {
  static_assert(
      !detail::TooPreciseForPickle<T>,
      "a long double cannot be cached by itself, because Python's float holds less: return a double, "
      "or an Array<long double>");
};

}  // namespace cache_on_disk
