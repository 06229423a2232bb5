// `Shape` and `Strides`: short lists of numbers, one for each dimension.
//
//   Shape shape{480, 640};
//   std::optional<std::size_t> elements = checked_product(shape);   // 307200, or nothing if it overflows
//
// Up to four dimensions are held without an allocation, so that an array can be copied and moved cheaply and a moved-from array
// can be made empty without throwing.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "cache_on_disk/detail/export.hpp"

namespace cache_on_disk {

/// A list of integers, one for each dimension: a contiguous range. Copies are deep; a move leaves an empty list and does not
/// throw. Indices are not checked. Threads, and how long references are valid: as for `std::vector`.
template <class Int>
class Dimensions {
 public:
  using value_type = Int;
  using iterator = Int*;
  using const_iterator = const Int*;

  Dimensions() noexcept = default;
  /// The numbers themselves.
  Dimensions(std::initializer_list<Int> values) : Dimensions(values.begin(), values.size()) {}
  /// `count` copies of `value`.
  Dimensions(std::size_t count, Int value) {
    reserve_exactly(count);
    std::fill_n(data(), count, value);
  }
  /// A copy of other numbers.
  explicit Dimensions(std::span<const Int> values) : Dimensions(values.data(), values.size()) {}
  Dimensions(const Dimensions& other) : Dimensions(other.data(), other.size()) {}
  Dimensions(Dimensions&& other) noexcept
      : size_(std::exchange(other.size_, 0)), few_(other.few_), many_(std::move(other.many_)) {}
  Dimensions& operator=(const Dimensions& other) {
    if (this != &other) *this = Dimensions(other);
    return *this;
  }
  Dimensions& operator=(Dimensions&& other) noexcept {
    size_ = std::exchange(other.size_, 0);
    few_ = other.few_;
    many_ = std::move(other.many_);
    return *this;
  }
  ~Dimensions() = default;

  /// How many there are.
  std::size_t size() const noexcept { return size_; }
  /// True for no dimensions.
  bool empty() const noexcept { return size_ == 0; }
  /// The first of the numbers, which lie one behind the other.
  Int* data() noexcept { return many_ ? many_.get() : few_.data(); }
  const Int* data() const noexcept { return many_ ? many_.get() : few_.data(); }
  /// The first, for a loop.
  Int* begin() noexcept { return data(); }
  /// Behind the last.
  Int* end() noexcept { return data() + size_; }
  /// The first.
  const Int* begin() const noexcept { return data(); }
  /// Behind the last.
  const Int* end() const noexcept { return data() + size_; }
  /// The number of one dimension.
  Int& operator[](std::size_t i) noexcept { return data()[i]; }
  const Int& operator[](std::size_t i) const noexcept { return data()[i]; }
  /// The number of the first dimension; there must be one.
  const Int& front() const noexcept { return data()[0]; }
  /// The number of the last dimension; there must be one.
  const Int& back() const noexcept { return data()[size_ - 1]; }

  /// Adds a number at the end.
  void push_back(Int value) {
    const bool full = size_ >= few_.size() && (size_ == few_.size() || std::has_single_bit(size_));
    if (full) {
      auto larger = std::make_unique<Int[]>(std::bit_ceil(size_ + 1));
      std::copy_n(data(), size_, larger.get());
      many_ = std::move(larger);
    }
    data()[size_++] = value;
  }

  friend bool operator==(const Dimensions& a, const Dimensions& b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  Dimensions(const Int* values, std::size_t count) {
    reserve_exactly(count);
    std::copy_n(values, count, data());
  }
  void reserve_exactly(std::size_t count) {
    // A power of two, which is what push_back takes the room for.
    if (count > few_.size()) many_ = std::make_unique<Int[]>(std::bit_ceil(count));
    size_ = count;
  }

  std::size_t size_ = 0;
  std::array<Int, 4> few_{};
  std::unique_ptr<Int[]> many_;  // used beyond four; its room is the next power of two
};

/// Extents of an array: how many elements along each dimension.
using Shape = Dimensions<std::size_t>;
/// Steps from one element to the next along each dimension, in elements or bytes, as the function says that gives them.
using Strides = Dimensions<std::ptrdiff_t>;

/// The product, or nothing if that is more than 2^63 - 1, the most an array can span.
inline std::optional<std::uint64_t> checked_multiply(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
  if (a != 0 && b > limit / a) return std::nullopt;
  return a * b;
}

/// How many elements a shape has (1 for no dimensions), or nothing if that is more than 2^63 - 1.
inline std::optional<std::size_t> checked_product(std::span<const std::size_t> shape) noexcept {
  if (std::find(shape.begin(), shape.end(), std::size_t{0}) != shape.end()) return 0;
  std::size_t product = 1;
  for (const std::size_t extent : shape) {
    const auto next = checked_multiply(product, extent);
    if (!next) return std::nullopt;
    product = *next;
  }
  return product;
}

/// How an array lies in memory: `row_major` is C order, where the last index runs fastest, `column_major` Fortran order.
enum class MemoryOrder { row_major, column_major };

/// The strides of an array of that shape without gaps, in multiples of `unit`, such as the bytes of an element. An extent of
/// 0 counts as 1.
inline Strides dense_strides(std::span<const std::size_t> shape, MemoryOrder order = MemoryOrder::row_major,
                             std::ptrdiff_t unit = 1) {
  Strides strides(shape.size(), unit);
  std::ptrdiff_t step = unit;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::size_t axis = order == MemoryOrder::row_major ? shape.size() - 1 - i : i;
    strides[axis] = step;
    // Unsigned, as the shape of an array without elements may wrap around; its strides are never used.
    step = static_cast<std::ptrdiff_t>(static_cast<std::size_t>(step) * std::max<std::size_t>(shape[axis], 1));
  }
  return strides;
}

/// True if an array with these strides, in multiples of `unit`, lies without gaps in that order. As in NumPy, dimensions of
/// one element do not count, and an array without elements is dense in both orders.
inline bool is_dense(std::span<const std::size_t> shape, std::span<const std::ptrdiff_t> strides, MemoryOrder order,
                     std::ptrdiff_t unit = 1) noexcept {
  if (std::find(shape.begin(), shape.end(), std::size_t{0}) != shape.end()) return true;
  std::ptrdiff_t step = unit;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::size_t axis = order == MemoryOrder::row_major ? shape.size() - 1 - i : i;
    if (shape[axis] == 1) continue;
    if (strides[axis] != step) return false;
    step *= static_cast<std::ptrdiff_t>(shape[axis]);
  }
  return true;
}

/// As Python writes a tuple: "()", "(3,)", "(3, 4)".
CACHE_ON_DISK_EXPORT std::string to_text(std::span<const std::size_t> shape);

}  // namespace cache_on_disk
