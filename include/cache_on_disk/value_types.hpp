// The parts of a Value that have no C++ type of their own: Python's dates and times, masked arrays, inert
// objects.
//
//   if (const auto when = value.as_datetime()) std::printf("%d-%02d", when->date.year, when->date.month);
//
// They are plain structures: copy them, compare them, make them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cache_on_disk/any_array.hpp"

namespace cache_on_disk {

/// datetime.date: years 1 to 9999 of the proleptic Gregorian calendar.
struct PythonDate {
  int year = 1;
  int month = 1;
  int day = 1;
  bool operator==(const PythonDate&) const = default;
};

/// datetime.timedelta as Python normalises it: 0 <= seconds < 86400, 0 <= microseconds < 1000000; the sign is
/// that of `days`, which is at most 999999999 either way.
struct PythonTimedelta {
  std::int32_t days = 0;
  std::int32_t seconds = 0;
  std::int32_t microseconds = 0;
  bool operator==(const PythonTimedelta&) const = default;
};

/// datetime.time without its tzinfo. `fold` is Python's: the second of two equal times of day.
struct PythonTime {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int microsecond = 0;
  bool fold = false;
  bool operator==(const PythonTime&) const = default;
};

/// datetime.datetime without its tzinfo.
struct PythonDatetime {
  PythonDate date;
  PythonTime time;
  bool operator==(const PythonDatetime&) const = default;
};

/// numpy.ma.MaskedArray: elements and a mask of the same shape, true where an element does not count.
struct MaskedArray {
  AnyArray data;
  AnyArray mask;
};

/// astropy.units.Quantity: numbers and their unit, as astropy's "generic" format writes it ("m / s").
struct QuantityArray {
  AnyArray value;
  std::string unit;
};

/// How Python makes the object that an inert node stands for.
enum class Construction : std::uint8_t {
  call,  ///< callable(*arguments): __reduce__, enums, old-style instances
  make,  ///< callable.__new__(callable, *arguments, **keywords): most instances
};

}  // namespace cache_on_disk
