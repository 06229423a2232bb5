// Turns a Python value into a C++ one, if nothing is lost by it.
//
//   Result<std::uint8_t> count = pickle::scalar_cast<std::uint8_t>(*pickle::read_scalar(bytes));
//
// | to            | from                                                                                 |
// |---------------|--------------------------------------------------------------------------------------|
// | bool          | bool                                                                                 |
// | an integer    | an int in its range; never a float or a bool                                         |
// | double, float | a float of which the type holds the very value (any NaN is a NaN), or such an int    |
// | complex       | a complex of two such floats, or a real value as above                               |
// | std::string   | str, as UTF-8, or bytes                                                              |
//
// An int is taken where a float is meant because Python functions return `0` or `a * 2` there. A double that
// no float equals is refused rather than rounded: rounding is for the program to ask for.
#pragma once

#include <complex>
#include <concepts>
#include <cstdint>
#include <string>
#include <utility>

#include "cache_on_disk/pickle/scalar.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk::pickle {

/// Integers of up to 64 bits; the character types count as the integers that they are.
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && sizeof(T) <= sizeof(std::int64_t);

/// The C++ types that a pickle of one plain value converts to.
template <class T>
concept ScalarTarget = std::same_as<T, bool> || Integer<T> || std::same_as<T, float> ||
                       std::same_as<T, double> || std::same_as<T, std::complex<float>> ||
                       std::same_as<T, std::complex<double>> || std::same_as<T, std::string>;

namespace detail {

Result<bool> to_bool(const Scalar& value);
Result<std::int64_t> to_signed(const Scalar& value, unsigned bits);
Result<std::uint64_t> to_unsigned(const Scalar& value, unsigned bits);
Result<float> to_float(const Scalar& value);
Result<double> to_double(const Scalar& value);
Result<std::complex<float>> to_complex_float(const Scalar& value);
Result<std::complex<double>> to_complex_double(const Scalar& value);
Result<std::string> to_string(Scalar value);

}  // namespace detail

/// The value as a T, or which value T cannot hold.
template <ScalarTarget T>
Result<T> scalar_cast(Scalar value) {
  if constexpr (std::same_as<T, bool>) {
    return detail::to_bool(value);
  } else if constexpr (std::signed_integral<T>) {
    const auto wide = detail::to_signed(value, 8 * sizeof(T));
    if (!wide) return wide.error();
    return static_cast<T>(*wide);
  } else if constexpr (std::unsigned_integral<T>) {
    const auto wide = detail::to_unsigned(value, 8 * sizeof(T));
    if (!wide) return wide.error();
    return static_cast<T>(*wide);
  } else if constexpr (std::same_as<T, float>) {
    return detail::to_float(value);
  } else if constexpr (std::same_as<T, double>) {
    return detail::to_double(value);
  } else if constexpr (std::same_as<T, std::complex<float>>) {
    return detail::to_complex_float(value);
  } else if constexpr (std::same_as<T, std::complex<double>>) {
    return detail::to_complex_double(value);
  } else {
    return detail::to_string(std::move(value));
  }
}

}  // namespace cache_on_disk::pickle
