// Lets Cached cells hold points in time and durations, and arrays have them as elements.
//
//   Cached<std::chrono::system_clock::time_point> start_;            // "<M8[ns]", of no dimensions
//   Cached<Array<std::chrono::duration<std::int64_t, std::milli>>> exposures_;   // "<m8[ms]"
//
// The unit follows from the period: Y M W D h m s ms us ns ps fs as, or a whole multiple such as [25s]. The
// value is the count of the duration; NumPy's NaT is the smallest std::int64_t.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <ratio>
#include <type_traits>

#include "cache_on_disk/any_array.hpp"
#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/npy/datetime_unit.hpp"
#include "cache_on_disk/detail/npy/encoding.hpp"
#include "cache_on_disk/element.hpp"

namespace cache_on_disk {
namespace detail {

using UnitName = npy::DatetimeUnit::Name;

/// Seconds as a fraction in lowest terms.
struct Seconds {
  std::intmax_t num;
  std::intmax_t den;
};

/// The largest unit of which the period is a whole multiple; a multiplier of 0 if there is none.
consteval npy::DatetimeUnit unit_of(Seconds period) {
  struct Unit {
    UnitName name;
    Seconds length;
  };
  constexpr Unit units[] = {
      {UnitName::year, {std::chrono::years::period::num, 1}},
      {UnitName::month, {std::chrono::months::period::num, 1}},
      {UnitName::week, {604800, 1}},
      {UnitName::day, {86400, 1}},
      {UnitName::hour, {3600, 1}},
      {UnitName::minute, {60, 1}},
      {UnitName::second, {1, 1}},
      {UnitName::millisecond, {1, std::milli::den}},
      {UnitName::microsecond, {1, std::micro::den}},
      {UnitName::nanosecond, {1, std::nano::den}},
      {UnitName::picosecond, {1, std::pico::den}},
      {UnitName::femtosecond, {1, std::femto::den}},
      {UnitName::attosecond, {1, std::atto::den}},
  };
  constexpr std::intmax_t most = std::numeric_limits<std::int32_t>::max();
  for (const Unit& unit : units) {
    // Both fractions are in lowest terms, so the quotient is whole exactly if these two are.
    if (period.num % unit.length.num != 0 || unit.length.den % period.den != 0) continue;
    const std::intmax_t a = period.num / unit.length.num;
    const std::intmax_t b = unit.length.den / period.den;
    if (a <= most / b) return {unit.name, static_cast<std::int32_t>(a * b)};
  }
  return {UnitName::generic, 0};
}

template <class Period>
inline constexpr npy::DatetimeUnit unit_of_period = unit_of({Period::type::num, Period::type::den});

template <class Rep>
inline constexpr bool is_count = std::signed_integral<Rep> && sizeof(Rep) == 8;

template <class T>
inline constexpr bool is_chrono = false;
template <class Rep, class Period>
inline constexpr bool is_chrono<std::chrono::duration<Rep, Period>> = true;
template <class Duration>
inline constexpr bool is_chrono<std::chrono::time_point<std::chrono::system_clock, Duration>> = true;

}  // namespace detail

template <class Rep, class Period>
struct ElementTraits<std::chrono::duration<Rep, Period>> {
  static_assert(detail::is_count<Rep>,
                "a duration can be cached if it counts in 64-bit integers: duration_cast it, as to "
                "std::chrono::nanoseconds");
  static_assert(detail::unit_of_period<Period>.multiplier > 0,
                "a duration can be cached if its period is a whole multiple of a unit of NumPy (Y M W D h m "
                "s ms us ns ps fs as)");
  static constexpr npy::ElementType type{npy::Kind::timedelta, 8, detail::unit_of_period<Period>};
};

template <class Duration>
struct ElementTraits<std::chrono::time_point<std::chrono::system_clock, Duration>> {
  using Period = typename Duration::period;
  static_assert(detail::is_count<typename Duration::rep>,
                "a time_point can be cached if it counts in 64-bit integers: time_point_cast it, as to "
                "std::chrono::nanoseconds");
  static_assert(detail::unit_of_period<Period>.multiplier > 0,
                "a time_point can be cached if its period is a whole multiple of a unit of NumPy (W D h m s "
                "ms us ns ps fs as)");
  static_assert(detail::unit_of_period<Period>.name > detail::UnitName::month,
                "a time_point in months or years cannot be cached: NumPy counts calendar months, std::chrono "
                "average ones");
  static constexpr npy::ElementType type{npy::Kind::datetime, 8, detail::unit_of_period<Period>};
};

/// A single point in time or duration is an .npy of no dimensions.
template <class T>
  requires detail::is_chrono<T>
struct Codec<T> {
  static StoredType stored_type() { return {Format::npy, Dtype::of(ElementTraits<T>::type).text(), 0}; }
  static Result<Encoding> encode(const T& value) {
    return npy::encode_strided(Dtype::of(ElementTraits<T>::type),
                               {Shape{}, Strides{}, reinterpret_cast<const std::byte*>(&value), nullptr});
  }
  static Result<T> decode(const Payload& payload) {
    auto array = detail::decode_array<T>(payload, 0);
    if (!array) return array.error();
    return *array->data();
  }
};

}  // namespace cache_on_disk
