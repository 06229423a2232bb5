// read_scalar<T>: the number that an array of no dimensions holds, as np.save(file, 1.5) writes it.
#pragma once

#include <complex>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "cache_on_disk/any_array.hpp"
#include "cache_on_disk/element.hpp"

namespace cache_on_disk::npy {
namespace detail {

template <class T>
inline constexpr bool is_complex = false;
template <class T>
inline constexpr bool is_complex<std::complex<T>> = true;

/// Whether `from` is a number of type T exactly.
template <class T, class From>
bool is_exact(From from) {
  if constexpr (std::same_as<T, From>)
    return true;
  else if constexpr (std::integral<T> && std::integral<From>)
    return std::in_range<T>(from);
  else if constexpr (std::floating_point<T> && std::integral<From>) {
    // Above 2^digits not every integer is a T; whether this one is does not matter.
    constexpr int digits = std::numeric_limits<T>::digits;
    constexpr std::uint64_t limit = digits < 64 ? std::uint64_t{1} << (digits < 64 ? digits : 0) : ~std::uint64_t{0};
    const bool negative = std::cmp_less(from, 0);
    const auto magnitude = negative ? ~static_cast<std::uint64_t>(from) + 1 : static_cast<std::uint64_t>(from);
    return magnitude <= limit;
  } else
    return true;
}

/// Reads the element as a From and puts it into `out`, if it is a From and fits. True if it is a From.
template <class From, class T>
bool read_as(const AnyArray& array, std::optional<T>& out) {
  if (!array.dtype().holds(ElementTraits<From>::type)) return false;
  auto elements = array.as<From>();
  if (!elements) return false;
  const From value = *elements->data();
  if constexpr (std::same_as<From, Float16>) {
    out = static_cast<T>(static_cast<float>(value));
  } else if constexpr (is_complex<From>) {
    using Part = typename T::value_type;
    out = T(static_cast<Part>(value.real()), static_cast<Part>(value.imag()));
  } else if constexpr (is_complex<T>) {
    if (is_exact<typename T::value_type>(value)) out = T(static_cast<typename T::value_type>(value));
  } else {
    if (is_exact<T>(value)) out = static_cast<T>(value);
  }
  return true;
}

template <class T, class... From>
std::optional<T> read_number(const AnyArray& array) {
  std::optional<T> out;
  (void)(read_as<From>(array, out) || ...);
  return out;
}

/// The number as a T, from the same dtype in any byte order, or from another one that it holds without loss: an int from '<i8'
/// if it is in range, a double from '<f4' or a small '<i8', never an int from a float.
template <class T>
std::optional<T> read_scalar(const AnyArray& array) {
  using namespace std;  // NOLINT: the fixed-width names, nine times
  if constexpr (same_as<T, bool>)
    return read_number<T, bool>(array);
  else if constexpr (integral<T>)
    return read_number<T, int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t>(array);
  else if constexpr (floating_point<T> && sizeof(T) <= 4)
    return read_number<T, Float16, float, int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t>(
        array);
  else if constexpr (floating_point<T> && sizeof(T) <= 8)
    return read_number<T, double, Float16, float, int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t,
                       uint64_t>(array);
  else if constexpr (same_as<T, complex<float>>)
    return read_number<T, complex<float>, Float16, float>(array);
  else if constexpr (same_as<T, complex<double>>)
    return read_number<T, complex<double>, complex<float>, double, Float16, float>(array);
  else
    return read_number<T, T>(array);  // as it is, or not at all
}

}  // namespace detail

}  // namespace cache_on_disk::npy
