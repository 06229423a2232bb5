// `value_as<T>`: a `Value` as a C++ type, if nothing is lost by it.
//
//   Result<std::map<std::string, double>> seeing = value_as<std::map<std::string, double>>(value);
//   if (!seeing) std::cerr << seeing.error().message;        // ["DIMM"]: the str 'bad' is not a float
//
// docs/values.md has the table of what becomes what. Nothing is rounded, cut or reinterpreted.
#pragma once

#include <utility>

#include "cache_on_disk/detail/pickle/forms.hpp"
#include "cache_on_disk/detail/pickle/reading.hpp"
#include "cache_on_disk/result.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk {

/// The value as a `T`, any type that a `Cached` cell can hold. The error says where in the value, and why.
///
/// An `Array` or `Value` inside of the result keeps the document alive that it lies in; everything else is copied. What the
/// value shares is copied each time it is met, up to sixteen times the size of the whole. Throws only what the functions of a
/// `Conversion` and the constructors of `T` throw. Thread-safe.
template <class T>
Result<T> value_as(const ValueView& value) {
  pickle::Reading reading;
  auto result = pickle::Form<T>::read(reading, value);
  if (!result) return reading.error();
  return *std::move(result);
}

}  // namespace cache_on_disk
