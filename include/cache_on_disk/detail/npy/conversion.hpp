// From the elements of a file to elements of a C++ type.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/npy/strided_bytes.hpp"
#include "cache_on_disk/dtype.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk::npy {

/// Elements of `dtype` as elements of the C++ type `wanted` in native byte order, at its alignment, their
/// strides multiples of its size. A view of the same memory where it is like that already, otherwise a dense
/// copy in C order. An error if kind or size differ. Bools other than 0 and 1 become 1, in a copy.
CACHE_ON_DISK_EXPORT Result<StridedBytes> to_elements(const Dtype& dtype, const StridedBytes& array,
                                                      const ElementType& wanted, std::size_t alignment);

/// The error "the file holds '<i4' of shape (3, 4), asked for '<f8' with 1 dimension"; no rank: any.
CACHE_ON_DISK_EXPORT Error mismatch(const Dtype& dtype, std::span<const std::size_t> shape, const ElementType& wanted,
                                    std::optional<std::size_t> rank = std::nullopt);

}  // namespace cache_on_disk::npy
