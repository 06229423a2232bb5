// Which C++ types can be elements of an array, and what they are in a file.
//
//   static_assert(cache_on_disk::ArrayElement<double>);
//   cache_on_disk::npy::Dtype::of(cache_on_disk::ElementTraits<double>::type).text() == "<f8"
//
// They are bool, char, integers, float, double, long double, `std::complex` of those, `Float16`, `std::byte` (a number of one
// byte, "|u1"), and with cache_on_disk.hpp `std::chrono` durations and points in time of the system clock that count in 64-bit
// integers ("<m8[ns]", "<M8[ns]").
#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <type_traits>

#include "cache_on_disk/dtype.hpp"
#include "cache_on_disk/float16.hpp"

namespace cache_on_disk {

/// What a C++ type is as an element of an array: has a member `static constexpr npy::ElementType type`. Specialise it for a
/// type of your own whose bytes are those of a NumPy type.
template <class T>
struct ElementTraits;

/// Types that can be elements: trivially copyable, and the bytes in memory are the bytes in a file.
template <class T>
concept ArrayElement = std::is_trivially_copyable_v<T> && requires {
  { ElementTraits<T>::type } -> std::convertible_to<npy::ElementType>;
};

namespace detail {

template <class T>
inline constexpr bool is_wide_character =
    std::same_as<T, wchar_t> || std::same_as<T, char8_t> || std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <class T>
concept PlainNumber = std::is_arithmetic_v<T> && std::same_as<T, std::remove_cv_t<T>> && !is_wide_character<T>;

template <PlainNumber T>
consteval npy::Kind kind_of() {
  if constexpr (std::same_as<T, bool>)
    return npy::Kind::boolean;
  else if constexpr (std::floating_point<T>)
    return npy::Kind::floating;
  else
    return std::is_signed_v<T> ? npy::Kind::signed_integer : npy::Kind::unsigned_integer;
}

}  // namespace detail

template <detail::PlainNumber T>
struct ElementTraits<T> {
  static constexpr npy::ElementType type{detail::kind_of<T>(), sizeof(T)};
};

template <std::floating_point T>
struct ElementTraits<std::complex<T>> {
  static constexpr npy::ElementType type{npy::Kind::complex, sizeof(std::complex<T>)};
};

template <>
struct ElementTraits<Float16> {
  static constexpr npy::ElementType type{npy::Kind::floating, 2};
};

template <>
struct ElementTraits<std::byte> {
  static constexpr npy::ElementType type{npy::Kind::unsigned_integer, 1};
};

}  // namespace cache_on_disk
