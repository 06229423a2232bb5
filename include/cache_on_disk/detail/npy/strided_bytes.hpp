// StridedBytes: where the elements of an array lie, whatever they are.
#pragma once

#include <cstddef>
#include <memory>

#include "cache_on_disk/shape.hpp"

namespace cache_on_disk::npy {

/// The element (i, j, ...) begins at data + i * strides[0] + j * strides[1] + ...; strides are in bytes and
/// may be negative. `owner` keeps the memory valid.
struct StridedBytes {
  Shape shape;
  Strides strides;
  const std::byte* data = nullptr;
  std::shared_ptr<const void> owner;
};

}  // namespace cache_on_disk::npy
