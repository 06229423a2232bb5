#include "cache_on_disk/float16.hpp"

#include <bit>
#include <cmath>

namespace cache_on_disk {

// binary16: sign 1, exponent 5 (bias 15), fraction 10. binary32: sign 1, exponent 8 (bias 127), fraction 23.
Float16::operator float() const noexcept {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
  const std::uint32_t exponent = bits >> 10 & 0x1F;
  const std::uint32_t fraction = bits & 0x3FF;
  if (exponent == 0) {  // zero and subnormals, which float holds exactly
    const float magnitude = std::ldexp(static_cast<float>(fraction), -24);
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide = exponent == 0x1F ? 0xFF : exponent + (127 - 15);
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

Float16::Float16(float value) noexcept {
  const auto wide = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint32_t>(wide >> 16 & 0x8000);
  const float magnitude = std::fabs(value);
  std::uint32_t result = 0;
  if (std::isnan(value)) {
    result = 0x7E00 | (wide >> 13 & 0x3FF);
  } else if (magnitude >= 65520.0F) {  // halfway between the largest finite number and the next step
    result = 0x7C00;
  } else if (magnitude < 0x1p-14F) {  // subnormal: a multiple of 2^-24, rounded by the hardware
    result = static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, 24)));
  } else {
    const std::uint32_t rest = wide & 0x7FFFFFFF;
    const std::uint32_t odd = rest >> 13 & 1;
    result = ((rest + 0xFFF + odd) >> 13) - ((127 - 15) << 10);  // a carry goes into the exponent, as it should
  }
  bits = static_cast<std::uint16_t>(sign | result);
}

}  // namespace cache_on_disk
