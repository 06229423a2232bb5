// The parts of a `Value` that have no C++ type of their own: Python's dates and times, masked arrays, quantities.
//
//   if (const auto when = value.as_datetime()) std::printf("%d-%02d", when->date.year, when->date.month);
//   Value made = PythonDate{2024, 4, 10};
//
// They are plain structures: copy them, compare them, make them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cache_on_disk/any_array.hpp"

namespace cache_on_disk {

/// Python's `datetime.date`: years 1 to 9999 of the proleptic Gregorian calendar.
struct PythonDate {
  int year = 1;   ///< 1 to 9999
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< 1 to 31
  bool operator==(const PythonDate&) const = default;
};

/// Python's `datetime.timedelta` as it is normalised there: the sign is that of `days`.
struct PythonTimedelta {
  std::int32_t days = 0;          ///< -999999999 to 999999999
  std::int32_t seconds = 0;       ///< 0 to 86399
  std::int32_t microseconds = 0;  ///< 0 to 999999
  bool operator==(const PythonTimedelta&) const = default;
};

/// Python's `datetime.time` without its tzinfo.
struct PythonTime {
  int hour = 0;         ///< 0 to 23
  int minute = 0;       ///< 0 to 59
  int second = 0;       ///< 0 to 59
  int microsecond = 0;  ///< 0 to 999999
  bool fold = false;    ///< the second of two equal times of day
  bool operator==(const PythonTime&) const = default;
};

/// Python's `datetime.datetime` without its tzinfo, which is the `attribute()` of the value.
struct PythonDatetime {
  PythonDate date;  ///< the day
  PythonTime time;  ///< the time of that day
  bool operator==(const PythonDatetime&) const = default;
};

/// A `numpy.ma.MaskedArray`: elements and a mask of the same shape.
struct MaskedArray {
  AnyArray data;  ///< the elements
  AnyArray mask;  ///< of bool: true where an element does not count
};

/// An `astropy.units.Quantity`.
struct QuantityArray {
  AnyArray value;    ///< the numbers
  std::string unit;  ///< as astropy's "generic" format writes it: "m / s"
};

/// How Python makes the object that an inert one stands for.
enum class Construction : std::uint8_t {
  call,  ///< `callable(*arguments)`: `__reduce__`, enums, old-style instances
  make,  ///< `callable.__new__(callable, *arguments, **keywords)`: most instances
};

}  // namespace cache_on_disk
