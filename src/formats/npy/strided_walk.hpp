// Walking through a strided array in rows that are as long as the memory allows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "cache_on_disk/detail/npy/strided_bytes.hpp"

namespace cache_on_disk::npy {

/// Calls row(first, count, stride in bytes) for rows of elements that together are the array in that order,
/// until it returns false. Axes that continue each other are one row: a dense array is a single one.
template <class Row>
void walk_rows(const StridedBytes& array, MemoryOrder order, Row row) {
  Shape extents;  // of the merged axes, the fastest first
  Strides steps;
  const std::size_t rank = array.shape.size();
  for (std::size_t i = 0; i < rank; ++i) {
    const std::size_t axis = order == MemoryOrder::row_major ? rank - 1 - i : i;
    const std::size_t extent = array.shape[axis];
    const std::ptrdiff_t step = array.strides[axis];
    if (extent == 0) return;
    if (extent == 1) continue;
    const std::size_t last = extents.size();
    if (last > 0 && steps[last - 1] * static_cast<std::ptrdiff_t>(extents[last - 1]) == step) {
      extents[last - 1] *= extent;
    } else {
      extents.push_back(extent);
      steps.push_back(step);
    }
  }
  if (extents.empty()) {
    row(array.data, std::size_t{1}, std::ptrdiff_t{0});
    return;
  }
  Shape index(extents.size(), 0);
  const std::byte* first = array.data;
  for (;;) {
    if (!row(first, extents[0], steps[0])) return;
    std::size_t axis = 1;
    for (; axis < extents.size(); ++axis) {
      if (++index[axis] < extents[axis]) {
        first += steps[axis];
        break;
      }
      first -= steps[axis] * static_cast<std::ptrdiff_t>(extents[axis] - 1);
      index[axis] = 0;
    }
    if (axis == extents.size()) return;
  }
}

}  // namespace cache_on_disk::npy
