#include "cache_on_disk/detail/npy/conversion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#include "npy/strided_walk.hpp"

namespace cache_on_disk::npy {
namespace {

std::string type_name(const Dtype& dtype) {
  const std::string text = dtype.text();
  return dtype.kind == Kind::structure ? text : "'" + text + "'";
}

// The unit in which bytes are swapped: each half of a complex number by itself.
std::size_t swap_unit(const ElementType& element) {
  return element.kind == Kind::complex ? element.itemsize / 2 : element.itemsize;
}

bool is_long_double(const ElementType& element) {
  const std::size_t unit = swap_unit(element);
  return (element.kind == Kind::floating || element.kind == Kind::complex) && unit > 8;
}

bool is_aligned(const StridedBytes& array, std::ptrdiff_t itemsize, std::size_t alignment) {
  if (reinterpret_cast<std::uintptr_t>(array.data) % alignment != 0) return false;
  for (std::size_t axis = 0; axis < array.shape.size(); ++axis) {
    if (array.shape[axis] > 1 && array.strides[axis] % itemsize != 0) return false;
  }
  return true;
}

bool has_odd_bools(const StridedBytes& array) {
  bool odd = false;
  walk_rows(array, MemoryOrder::row_major, [&odd](const std::byte* first, std::size_t count, std::ptrdiff_t stride) {
    auto all = std::byte{0};
    for (std::size_t i = 0; i < count; ++i, first += stride) all |= *first;
    odd = odd || all > std::byte{1};
    return !odd;
  });
  return odd;
}

// The pointer to an element moves one stride beyond the last; that is never read, but may leave the array.
template <class Convert>
void convert_rows(const StridedBytes& from, std::byte* to, std::size_t itemsize, Convert convert) {
  walk_rows(from, MemoryOrder::row_major, [&](const std::byte* first, std::size_t count, std::ptrdiff_t stride) {
    for (std::size_t i = 0; i < count; ++i, to += itemsize) {
      convert(first + static_cast<std::ptrdiff_t>(i) * stride, to);
    }
    return true;
  });
}

template <std::size_t Unit>
void swap_copy(const StridedBytes& from, std::byte* to, std::size_t itemsize) {
  convert_rows(from, to, itemsize, [itemsize](const std::byte* source, std::byte* target) {
    for (std::size_t at = 0; at < itemsize; at += Unit) std::reverse_copy(source + at, source + at + Unit, target + at);
  });
}

void swap_copy(std::size_t unit, const StridedBytes& from, std::byte* to, std::size_t itemsize) {
  if (unit == 2) swap_copy<2>(from, to, itemsize);
  if (unit == 4) swap_copy<4>(from, to, itemsize);
  if (unit == 8) swap_copy<8>(from, to, itemsize);
}

}  // namespace

Error mismatch(const Dtype& dtype, std::span<const std::size_t> shape, const ElementType& wanted,
               std::optional<std::size_t> rank) {
  std::string message = fmt::format("the file holds {} of shape {}, asked for {}", type_name(dtype), to_text(shape),
                                    type_name(Dtype::of(wanted)));
  if (rank) message += fmt::format(" with {} dimension{}", *rank, *rank == 1 ? "" : "s");
  return Error{std::move(message)};
}

Result<StridedBytes> to_elements(const Dtype& dtype, const StridedBytes& array, const ElementType& wanted,
                                 std::size_t alignment) {
  if (!dtype.holds(wanted)) return mismatch(dtype, array.shape, wanted);
  const bool native = dtype.order == native_order || dtype.order == ByteOrder::none;
  if (is_long_double(wanted)) {
    // '<f16' names several formats: that of the machine that wrote it. Only x86 is said to be shared.
    const bool x87 = std::numeric_limits<long double>::digits == 64;
    if (!x87 || !native) return Error{fmt::format("{} is not a long double of this machine", type_name(dtype))};
  }

  const std::size_t itemsize = wanted.itemsize;
  StridedBytes elements = array;
  const auto count = checked_product(array.shape);
  if (!count) return Error{fmt::format("an array of shape {} is too big", to_text(array.shape))};
  if (*count == 0) {
    elements.data = nullptr;
    elements.owner.reset();
    elements.strides = dense_strides(array.shape, MemoryOrder::row_major, static_cast<std::ptrdiff_t>(itemsize));
    return elements;
  }
  const bool odd_bools = wanted.kind == Kind::boolean && has_odd_bools(array);
  if (native && !odd_bools && is_aligned(array, static_cast<std::ptrdiff_t>(itemsize), alignment)) {
    for (std::ptrdiff_t& stride : elements.strides) {
      // Only along a single element may it be no multiple, and there any stride will do.
      if (stride % static_cast<std::ptrdiff_t>(itemsize) != 0) stride = 0;
    }
    return elements;
  }

  // malloc aligns for every type that is an element.
  const auto size = checked_multiply(*count, itemsize);
  if (!size) return Error{fmt::format("an array of shape {} is too big", to_text(array.shape))};
  std::shared_ptr<std::byte> copy(static_cast<std::byte*>(std::malloc(*size)), &std::free);
  if (!copy) return Error{fmt::format("no memory for a copy of {} bytes", *size)};
  if (odd_bools) {
    convert_rows(array, copy.get(), itemsize, [](const std::byte* source, std::byte* target) {
      *target = *source != std::byte{0} ? std::byte{1} : std::byte{0};
    });
  } else if (!native) {
    swap_copy(swap_unit(wanted), array, copy.get(), itemsize);
  } else {
    convert_rows(array, copy.get(), itemsize,
                 [itemsize](const std::byte* source, std::byte* target) { std::memcpy(target, source, itemsize); });
  }
  elements.strides = dense_strides(array.shape, MemoryOrder::row_major, static_cast<std::ptrdiff_t>(itemsize));
  elements.data = copy.get();
  elements.owner = std::move(copy);
  return elements;
}

}  // namespace cache_on_disk::npy
