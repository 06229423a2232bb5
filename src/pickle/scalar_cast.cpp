#include "cache_on_disk/pickle/scalar_cast.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace cache_on_disk::pickle::detail {
namespace {

Error no_fit(const Scalar& value, std::string_view target) {
  return {fmt::format("{} is stored, which does not fit {}", describe(value), target)};
}

// Whether a binary floating-point number with so many digits equals the integer.
bool exact(std::uint64_t magnitude, unsigned digits) {
  return magnitude == 0 || std::bit_width(magnitude >> std::countr_zero(magnitude)) <= digits;
}

template <class Float>
std::optional<Float> narrow(double value) {
  if (std::isnan(value) || std::isinf(value)) return static_cast<Float>(value);
  if (std::abs(value) > double{std::numeric_limits<Float>::max()}) return std::nullopt;
  const auto result = static_cast<Float>(value);
  if (double{result} != value) return std::nullopt;
  return result;
}

template <class Float>
std::optional<Float> real(const Scalar& value) {
  constexpr unsigned digits = std::numeric_limits<Float>::digits;
  if (const auto* number = std::get_if<double>(&value)) return narrow<Float>(*number);
  if (const auto* number = std::get_if<std::uint64_t>(&value))
    return exact(*number, digits) ? std::optional(static_cast<Float>(*number)) : std::nullopt;
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    const auto bits = static_cast<std::uint64_t>(*number);
    return exact(*number < 0 ? ~bits + 1 : bits, digits) ? std::optional(static_cast<Float>(*number))
                                                         : std::nullopt;
  }
  return std::nullopt;
}

template <class Float>
Result<Float> to_real(const Scalar& value, std::string_view target) {
  const auto result = real<Float>(value);
  if (!result) return no_fit(value, target);
  return *result;
}

template <class Float>
Result<std::complex<Float>> to_complex(const Scalar& value, std::string_view target) {
  if (const auto number = real<Float>(value)) return std::complex<Float>(*number);
  if (const auto* number = std::get_if<std::complex<double>>(&value)) {
    const auto real_part = narrow<Float>(number->real());
    const auto imaginary_part = narrow<Float>(number->imag());
    if (real_part && imaginary_part) return std::complex<Float>(*real_part, *imaginary_part);
  }
  return no_fit(value, target);
}

}  // namespace

Result<bool> to_bool(const Scalar& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth;
  return no_fit(value, "a bool");
}

Result<std::int64_t> to_signed(const Scalar& value, unsigned bits) {
  const std::int64_t greatest = std::numeric_limits<std::int64_t>::max() >> (64 - bits);
  if (const auto* number = std::get_if<std::int64_t>(&value))
    if (*number >= -greatest - 1 && *number <= greatest) return *number;
  return no_fit(value, fmt::format("a signed integer of {} bits", bits));
}

Result<std::uint64_t> to_unsigned(const Scalar& value, unsigned bits) {
  const std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max() >> (64 - bits);
  std::optional<std::uint64_t> number;
  if (const auto* any_sign = std::get_if<std::int64_t>(&value); any_sign && *any_sign >= 0)
    number = static_cast<std::uint64_t>(*any_sign);
  if (const auto* large = std::get_if<std::uint64_t>(&value)) number = *large;
  if (number && *number <= greatest) return *number;
  return no_fit(value, fmt::format("an unsigned integer of {} bits", bits));
}

Result<float> to_float(const Scalar& value) { return to_real<float>(value, "a float of 32 bits"); }
Result<double> to_double(const Scalar& value) { return to_real<double>(value, "a double"); }

Result<std::complex<float>> to_complex_float(const Scalar& value) {
  return to_complex<float>(value, "a complex of 2 x 32 bits");
}

Result<std::complex<double>> to_complex_double(const Scalar& value) {
  return to_complex<double>(value, "a complex of 2 x 64 bits");
}

Result<std::string> to_string(Scalar value) {
  if (auto* text = std::get_if<Text>(&value)) return std::move(text->value);
  return no_fit(value, "a string");
}

}  // namespace cache_on_disk::pickle::detail
