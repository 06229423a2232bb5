// DatetimeUnit: the step of NumPy's datetime64 and timedelta64, such as [ns], [25s] or [M].
//
//   DatetimeUnit::parse("[h/4]")->text() == "[15m]"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk::npy {

/// The step of a datetime64 or timedelta64: a multiple of a named unit. `generic` is NumPy's "no unit given".
struct CACHE_ON_DISK_EXPORT DatetimeUnit {
  /// The named units; `generic` is none.
  enum class Name : std::uint8_t {
    generic,
    year,
    month,
    week,
    day,
    hour,
    minute,
    second,
    millisecond,
    microsecond,
    nanosecond,
    picosecond,
    femtosecond,
    attosecond
  };

  Name name = Name::generic;    ///< the unit
  std::int32_t multiplier = 1;  ///< how many of it are one step

  /// Reads the bracketed text that follows M8 or m8; "" is generic. A divisor, as in [h/4], is turned into a
  /// whole number of a smaller unit, as NumPy does; without such a number it is refused.
  static Result<DatetimeUnit> parse(std::string_view text);
  /// As NumPy writes it: "", "[ns]", "[25s]".
  std::string text() const;

  bool operator==(const DatetimeUnit&) const = default;
};

}  // namespace cache_on_disk::npy
