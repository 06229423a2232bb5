// What a single NumPy element holds: in an array, or as a scalar of its own.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cache_on_disk/dtype.hpp"

namespace cache_on_disk::detail {

/// The bytes of an element as an unsigned number, up to eight of them, in the order the dtype says.
std::uint64_t element_bits(const Dtype& dtype, const char* data, std::size_t size) noexcept;

/// An element of kinds b, i, u, M or m as two's complement; of the others nothing.
std::optional<std::string> element_integer(const Dtype& dtype, const char* data);

/// An element of kind f of up to eight bytes; of the others nothing.
std::optional<double> element_double(const Dtype& dtype, const char* data) noexcept;

/// An element of kind c of up to sixteen bytes; of the others nothing.
std::optional<std::complex<double>> element_complex(const Dtype& dtype, const char* data) noexcept;

/// An element of kind S (its bytes) or U (UTF-8, lone surrogates pass) without the NULs that pad it. Nothing
/// for other kinds, and for what is not a code point.
std::optional<std::string> element_text(const Dtype& dtype, const char* data);

}  // namespace cache_on_disk::detail
