// Ints of any size, as little-endian two's complement, and as decimal digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cache_on_disk::text {

/// The same number in as few bytes as show its sign; none for 0.
std::string_view shortest_integer(std::string_view two_complement) noexcept;

/// The number in up to eight bytes.
std::int64_t small_integer(std::string_view two_complement) noexcept;

/// A number of 64 bits as shortest_integer() gives it.
std::string integer_bytes(std::int64_t value);

/// A finite double that is a whole number, likewise.
std::string integer_bytes(double whole);

/// Decimal digits, at least one and nothing else, as two's complement. Quadratic in their number.
std::string integer_from_digits(std::string_view digits, bool negative);

/// The number in decimal. Quadratic in its size: beyond 4300 digits, Python's own limit, in hexadecimal.
std::string integer_text(std::string_view two_complement);

}  // namespace cache_on_disk::text
