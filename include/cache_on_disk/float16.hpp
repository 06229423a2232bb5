// `Float16`: a half-precision number as NumPy's float16 stores it.
//
//   Array<Float16> stored = ...;
//   float value = static_cast<float>(stored(0));
//
// It carries values between files and programs: convert it to float to compute with it.
#pragma once

#include <cstdint>

#include "cache_on_disk/detail/export.hpp"

namespace cache_on_disk {

/// The 16 bits of an IEEE 754 binary16 in native byte order. Comparison is that of the bits, so 0 and -0 differ, and a NaN
/// equals itself.
struct CACHE_ON_DISK_EXPORT Float16 {
  std::uint16_t bits = 0;  ///< sign, exponent and fraction

  /// Zero.
  constexpr Float16() = default;
  /// Rounds to the nearest, ties to even; beyond the range to infinity.
  explicit Float16(float value) noexcept;
  /// Exact. A NaN keeps its payload.
  explicit operator float() const noexcept;

  /// The number that these bits are.
  static constexpr Float16 from_bits(std::uint16_t bits) noexcept {
    Float16 value;
    value.bits = bits;
    return value;
  }
  friend constexpr bool operator==(Float16, Float16) = default;
};

}  // namespace cache_on_disk
