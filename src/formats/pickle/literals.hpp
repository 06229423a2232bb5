// The values that pickles of protocols 0 and 1 spell out as text, and the bytes of binary ints and floats.
//
// Each function gives nothing if the text is none that Python writes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cache_on_disk::pickle {

/// Whether an int may end in L: that of LONG may, that of INT may not.
enum class LongSuffix { refuse, drop };

/// The int of INT or LONG: [blanks] [sign] digits [L] [blanks], without leading zeros, as little-endian two's
/// complement. At most that many digits.
std::optional<std::string> parse_int(std::string_view text, std::size_t most_digits, LongSuffix suffix);

/// The float of FLOAT: [sign] digits as repr() writes them, inf and nan included; what is next to zero is zero, what is
/// beyond a double's range is none.
std::optional<double> parse_float(std::string_view text);

/// The str of UNICODE: latin-1 with \uXXXX and \UXXXXXXXX (codec raw-unicode-escape), as UTF-8.
std::optional<std::string> parse_unicode(std::string_view text);

/// The 8-bit string of STRING: in quotes, with the escapes of a Python 2 literal.
std::optional<std::string> parse_quoted(std::string_view text);

/// The float of BINFLOAT: eight bytes, big-endian.
double binary_float(std::string_view bytes) noexcept;

}  // namespace cache_on_disk::pickle
