// `Conversion<T>`: makes a type of a program cacheable, by itself and inside of other values, as a value of another type.
//
//   template <>
//   struct cache_on_disk::Conversion<Angle> {
//     static double to(const Angle& angle) { return angle.degrees(); }
//     static Result<Angle> from(double degrees) {                         // or plainly Angle
//       if (degrees < 0) return Error{"an angle must not be negative"};
//       return Angle(degrees);
//     }
//   };
//   Cached<std::map<std::string, Angle>> angles_;
//
// A struct that is nothing but its fields needs only `CACHE_ON_DISK_FIELDS`.
#pragma once

#include <type_traits>
#include <utility>

namespace cache_on_disk {

/// Specialise it with two static functions, which are called from any thread, and several at a time:
///
/// - `to(const T&)` gives what is stored instead: a number, array, tuple, struct with fields, `Value`, anything that can be
///   cached.
/// - `from(...)` takes such a value back, from a file that anybody may have written, and gives a `T`, or a `Result<T>` whose error
///   says why there is none.
///
/// If one of them throws, the value is not stored, or computed instead of read, and that is told.
template <class T>
struct Conversion;

namespace detail {

template <class T>
concept HasConversion = requires(const T& value) { Conversion<T>::to(value); };

/// What a T is stored as.
template <HasConversion T>
using Converted = std::remove_cvref_t<decltype(Conversion<T>::to(std::declval<const T&>()))>;

}  // namespace detail
}  // namespace cache_on_disk
