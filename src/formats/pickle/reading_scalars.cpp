// What of a single value fits which C++ type: the table in reading.hpp.
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>

#include "cache_on_disk/detail/npy/conversion.hpp"
#include "cache_on_disk/detail/npy/scalar.hpp"
#include "cache_on_disk/detail/pickle/reading.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::pickle {
namespace {

// Copies of shorter texts cost no more than what refers to them.
constexpr std::size_t worth_counting = 256;

// The value of an array of no dimensions, by the rules for .npy files.
template <class T>
std::optional<T> from_array(const ValueView& value) {
  if (value.kind() != ValueKind::array) return std::nullopt;
  const auto array = value.as_array();
  if (!array || array->rank() != 0) return std::nullopt;
  return npy::detail::read_scalar<T>(*array);
}

// Whether a binary floating-point number with so many digits equals the integer.
bool exact(std::uint64_t magnitude, unsigned digits) {
  return magnitude == 0 || static_cast<unsigned>(std::bit_width(magnitude >> std::countr_zero(magnitude))) <= digits;
}

/// A NaN as it was before it was widened; one that never was a float may lose bits at its end.
template <class Float>
Float narrow_nan(double value) {
  if constexpr (std::same_as<Float, float>) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto mantissa = static_cast<std::uint32_t>(bits >> 29 & 0x007fffffu);
    const auto sign_and_exponent = static_cast<std::uint32_t>(bits >> 63 << 31 | 0x7f800000u);
    return std::bit_cast<float>(sign_and_exponent | (mantissa == 0 ? 0x00400000u : mantissa));
  } else {
    return value;
  }
}

template <class Float>
std::optional<Float> narrow(double value) {
  if (std::isnan(value)) return narrow_nan<Float>(value);
  if (std::isinf(value)) return static_cast<Float>(value);
  if (std::abs(value) > double{std::numeric_limits<Float>::max()}) return std::nullopt;
  const auto result = static_cast<Float>(value);
  if (double{result} != value) return std::nullopt;
  return result;
}

template <class Float>
std::optional<Float> real(const ValueView& value, bool exactly) {
  if (const auto number = value.as_double()) return narrow<Float>(*number);
  if (exactly) return std::nullopt;
  constexpr unsigned digits = std::numeric_limits<Float>::digits;
  if (const auto number = value.as_int64()) {
    const auto bits = static_cast<std::uint64_t>(*number);
    return exact(*number < 0 ? ~bits + 1 : bits, digits) ? std::optional(static_cast<Float>(*number)) : std::nullopt;
  }
  if (const auto number = value.as_uint64())
    return exact(*number, digits) ? std::optional(static_cast<Float>(*number)) : std::nullopt;
  return from_array<Float>(value);
}

template <class Float>
std::optional<std::complex<Float>> any_complex(const ValueView& value, bool exactly) {
  if (const auto number = value.as_complex()) {
    const auto real_part = narrow<Float>(number->real());
    const auto imaginary_part = narrow<Float>(number->imag());
    if (real_part && imaginary_part) return std::complex<Float>(*real_part, *imaginary_part);
    return std::nullopt;
  }
  if (exactly) return std::nullopt;
  if (const auto number = real<Float>(value, exactly)) return std::complex<Float>(*number);
  return from_array<std::complex<Float>>(value);
}

// By number of bits, 8 to 64.
std::string_view name_of(unsigned bits, const std::string_view (&names)[4]) {
  return names[std::countr_zero(bits) - 3];
}

}  // namespace

std::optional<bool> Reading::boolean(const ValueView& value) {
  if (const auto truth = value.as_bool()) return truth;
  if (const auto truth = from_array<bool>(value); truth && !exact_) return truth;
  return refuse(value, "bool");
}

std::optional<std::int64_t> Reading::signed_integer(const ValueView& value, unsigned bits) {
  static constexpr std::string_view names[] = {"signed integer of 8 bits", "signed integer of 16 bits",
                                               "signed integer of 32 bits", "signed integer of 64 bits"};
  const std::int64_t greatest = std::numeric_limits<std::int64_t>::max() >> (64 - bits);
  auto number = value.as_int64();
  if (!number && !exact_) number = from_array<std::int64_t>(value);
  if (number && *number >= -greatest - 1 && *number <= greatest) return number;
  return refuse(value, name_of(bits, names));
}

std::optional<std::uint64_t> Reading::unsigned_integer(const ValueView& value, unsigned bits) {
  static constexpr std::string_view names[] = {"unsigned integer of 8 bits", "unsigned integer of 16 bits",
                                               "unsigned integer of 32 bits", "unsigned integer of 64 bits"};
  const std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max() >> (64 - bits);
  auto number = value.as_uint64();
  if (!number && !exact_) number = from_array<std::uint64_t>(value);
  if (number && *number <= greatest) return number;
  return refuse(value, name_of(bits, names));
}

std::optional<double> Reading::floating(const ValueView& value) {
  if (const auto number = real<double>(value, exact_)) return number;
  return refuse(value, "float");
}

std::optional<float> Reading::single(const ValueView& value) {
  if (const auto number = real<float>(value, exact_)) return number;
  return refuse(value, "float of 32 bits");
}

std::optional<std::complex<double>> Reading::complex(const ValueView& value) {
  if (const auto number = any_complex<double>(value, exact_)) return number;
  return refuse(value, "complex number");
}

std::optional<std::complex<float>> Reading::single_complex(const ValueView& value) {
  if (const auto number = any_complex<float>(value, exact_)) return number;
  return refuse(value, "complex number of 2 x 32 bits");
}

std::optional<std::string> Reading::text(const ValueView& value) {
  if (value.kind() == ValueKind::text || value.kind() == ValueKind::bytes) {
    if (value.size() >= worth_counting && !may_copy(value, value.size())) return std::nullopt;
    auto text = value.string();
    // What is bytes, but could be a str, was not written as a std::string.
    const bool foreign = value.kind() == ValueKind::bytes && text && text::is_utf8(*text, text::Surrogates::refuse);
    if (text && !(exact_ && foreign)) return text;
  } else if (!exact_) {
    if (auto text = value.string()) return text;
    if (const auto array = value.as_array(); array && array->rank() == 0) {
      if (auto text = array->text(0)) return *std::move(text);
    }
  }
  return refuse(value, "str or bytes");
}

std::optional<std::string> Reading::path(const ValueView& value) {
  const bool is_path = value.kind() == ValueKind::object && value.module().starts_with("pathlib") &&
                       (value.name() == "PosixPath" || value.name() == "PurePosixPath");
  if (!is_path || exact_) return text(value);
  std::string path;
  for (const ValueView part : value.arguments().items()) {
    const auto name = part.as_text();
    if (!name) return refuse(part, "part of a path");
    if (!path.empty() && path.back() != '/') path += '/';
    path += *name;
  }
  return path.empty() ? "." : path;
}

std::optional<std::span<const std::byte>> Reading::bytes(const ValueView& value) {
  if (!(exact_ && value.kind() != ValueKind::bytes)) {
    if (const auto bytes = value.as_bytes()) {
      if (bytes->size() >= worth_counting && !may_copy(value, bytes->size())) return std::nullopt;
      return bytes;
    }
    if (auto array = value.as_array(); array && array->dtype().kind == npy::Kind::unsigned_integer &&
                                       array->dtype().itemsize == 1 && array->rank() == 1 && array->is_contiguous()) {
      if (!may_copy(value, array->size())) return std::nullopt;
      return arrays_.emplace_back(*std::move(array)).bytes();
    }
  }
  return refuse(value, "bytes");
}

std::optional<std::int64_t> Reading::datetime(const ValueView& value, const npy::ElementType& type) {
  const auto array = value.as_array();
  if (array && array->rank() == 0 && array->dtype().holds(type)) {
    const auto element = npy::to_elements(array->dtype(), array->strided_bytes(), type, alignof(std::int64_t));
    if (element) {
      std::int64_t count;
      std::memcpy(&count, element->data, sizeof count);
      return count;
    }
  }
  return refuse(value, type.kind == npy::Kind::datetime ? "datetime64 of that unit" : "timedelta64 of that unit");
}

}  // namespace cache_on_disk::pickle
