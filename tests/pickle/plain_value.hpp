// Pickles of one plain value as a variant that tests can compare: a bool, a number, text or bytes.
//
// A NumPy scalar counts as what it holds: numpy.float64 and numpy.float32 as the float, numpy.str_ as the str. Everything else
// is an error that says what is stored instead.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "cache_on_disk/result.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk::pickle {

/// A str as UTF-8 (a lone surrogate as its three bytes, as Python does with "surrogatepass"), or a bytes
/// object. The 8-bit str of Python 2 is text if it is ASCII, else bytes.
struct Text {
  std::string value;
  bool is_bytes = false;
  bool operator==(const Text&) const = default;
};

/// One plain value. An int is std::uint64_t only if it is greater than std::int64_t can hold.
using Scalar = std::variant<bool, std::int64_t, std::uint64_t, double, std::complex<double>, Text>;

/// The value of a pickle that fills `pickle` exactly. Time and memory are linear in its size; ints of more
/// than 64 bits are refused.
Result<Scalar> read_scalar(std::span<const std::byte> pickle);

/// What a value is as a plain one, if it is: see above.
std::optional<Scalar> to_scalar(const ValueView& value);

/// "the int 300", "a float", "a str of 5 bytes": for messages.
std::string describe(const Scalar& value);

}  // namespace cache_on_disk::pickle
