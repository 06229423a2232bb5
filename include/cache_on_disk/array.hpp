// `Array<T>`: an n-dimensional read-only array that shares its buffer.
//
//   Array<double> image({480, 640}, [](std::span<double> pixels) { expose(pixels); });   // or from a vector
//   double pixel = image(17, 42);
//   Array<double> half = image.slice(1, 0, 320).transpose();      // views: nothing is copied
//   for (double value : half) use(value);                         // in C order, whatever the strides
//
// A copy shares the buffer, which lives as long as any array or view of it. What a cache gives out may lie in a mapped file:
// nothing was copied, and nothing can be written. To change values, copy them: `std::vector(image.begin(), image.end())`.
#pragma once

#include <array>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cache_on_disk/detail/npy/strided_bytes.hpp"
#include "cache_on_disk/element.hpp"
#include "cache_on_disk/shape.hpp"

namespace cache_on_disk {

/// A read-only array of rank 0 (one element) or more. `T`: see `ArrayElement`. Axes and indices count from 0; shapes and
/// strides are in elements. Copies are cheap, and share the elements.
///
/// Threads: different `Array` objects may be used side by side, even if they share a buffer; one object follows the rules of
/// standard containers.
template <ArrayElement T>
class Array {
 public:
  using value_type = T;
  class iterator;
  using const_iterator = iterator;

  /// No elements, one dimension.
  Array() = default;

  /// Takes over the elements, in C order (the last index runs fastest). Throws `std::invalid_argument` if there are not as
  /// many as `shape` says.
  Array(Shape shape, std::vector<T>&& elements)
    requires(!std::same_as<T, bool>)
  {
    const std::size_t given = elements.size();
    auto owner = std::make_shared<const std::vector<T>>(std::move(elements));
    adopt(std::move(shape), given, owner->data(), owner);
  }
  /// The same; copies the elements, as a `std::vector<bool>` holds bits.
  Array(Shape shape, const std::vector<bool>& elements)
    requires std::same_as<T, bool>
      : Array(std::move(shape), [&elements](std::span<bool> bools) {
          if (bools.size() != elements.size()) throw std::invalid_argument("the shape does not fit the elements");
          std::copy(elements.begin(), elements.end(), bools.begin());
        }) {}

  /// Makes a buffer of zeros and has `fill` write the elements into it, in C order. Throws what `fill` throws;
  /// `std::length_error` if `shape` is too big; `std::bad_alloc`.
  template <std::invocable<std::span<T>> Fill>
  Array(Shape shape, Fill&& fill) {
    const auto count = checked_product(shape);
    if (!count || !checked_multiply(*count, sizeof(T))) throw std::length_error("an array of that shape is too big");
    // calloc, as the pages of a large buffer then need no clearing.
    std::shared_ptr<T> owner(static_cast<T*>(std::calloc(*count > 0 ? *count : 1, sizeof(T))), &std::free);
    if (!owner) throw std::bad_alloc();
    std::forward<Fill>(fill)(std::span<T>(owner.get(), *count));
    const T* data = owner.get();
    adopt(std::move(shape), *count, data, std::move(owner));
  }

  /// A view of elements that lie somewhere: (i, j) at `data[i * strides[0] + j * strides[1]]`, with strides in elements and of
  /// any sign. `owner` keeps the elements valid; they must not change. Throws `std::invalid_argument` if shape and strides
  /// differ in rank, or the shape is too big.
  Array(Shape shape, Strides strides, const T* data, std::shared_ptr<const void> owner)
      : shape_(std::move(shape)), strides_(std::move(strides)), data_(data), owner_(std::move(owner)) {
    const auto count = checked_product(shape_);
    if (shape_.size() != strides_.size() || !count) throw std::invalid_argument("shape and strides do not fit");
    size_ = *count;
  }

  Array(const Array&) = default;
  Array& operator=(const Array&) = default;
  /// A moved-from array is as a default-constructed one.
  Array(Array&& other) noexcept { swap(other); }
  Array& operator=(Array&& other) noexcept {
    Array emptied(std::move(other));
    swap(emptied);
    return *this;
  }
  ~Array() = default;

  /// How many elements along each axis; valid as long as the array is.
  const Shape& shape() const noexcept { return shape_; }
  /// Steps between neighbours along each axis, in elements.
  const Strides& strides() const noexcept { return strides_; }
  /// Number of dimensions.
  std::size_t rank() const noexcept { return shape_.size(); }
  /// Number of elements.
  std::size_t size() const noexcept { return size_; }
  /// True if there are no elements.
  bool empty() const noexcept { return size_ == 0; }
  /// The element at index (0, 0, ...); valid as long as this array or another that shares its buffer lives.
  const T* data() const noexcept { return data_; }
  /// What keeps the elements valid; null for an array without elements of its own.
  const std::shared_ptr<const void>& owner() const noexcept { return owner_; }

  /// True if the elements lie without gaps in C order, as `span()` needs it.
  bool is_contiguous() const noexcept { return is_dense(shape_, strides_, MemoryOrder::row_major); }
  /// The same in Fortran order (the first index runs fastest).
  bool is_fortran_contiguous() const noexcept { return is_dense(shape_, strides_, MemoryOrder::column_major); }

  /// The element at an index, a number for each axis. Not checked, except by assert.
  template <std::convertible_to<std::size_t>... Index>
  const T& operator()(Index... index) const noexcept {
    assert(sizeof...(index) == rank());
    const std::array<std::size_t, sizeof...(index)> indices{static_cast<std::size_t>(index)...};
    std::ptrdiff_t offset = 0;
    for (std::size_t axis = 0; axis < indices.size(); ++axis) {
      assert(indices[axis] < shape_[axis]);
      offset += static_cast<std::ptrdiff_t>(indices[axis]) * strides_[axis];
    }
    return data_[offset];
  }
  /// The same, checked: throws `std::out_of_range`.
  template <std::convertible_to<std::size_t>... Index>
  const T& at(Index... index) const {
    const std::array<std::size_t, sizeof...(index)> indices{static_cast<std::size_t>(index)...};
    bool inside = indices.size() == rank();
    for (std::size_t axis = 0; inside && axis < indices.size(); ++axis) inside = indices[axis] < shape_[axis];
    if (!inside) {
      throw std::out_of_range("index " + to_text(indices) + " into an array of shape " + to_text(shape_));
    }
    return (*this)(index...);
  }
  /// The element of an array of one dimension. Not checked, except by assert.
  const T& operator[](std::size_t index) const noexcept { return (*this)(index); }

  /// All elements in C order; valid as long as any array on this buffer lives. Throws `std::logic_error` if they do not lie
  /// like that in memory; see `contiguous()`.
  std::span<const T> span() const {
    if (!is_contiguous()) throw std::logic_error("span() of an array that is not contiguous");
    return {data_, size_};
  }
  /// The same.
  operator std::span<const T>() const { return span(); }

  /// Iterates in C order. Iterators are valid as long as this very object is neither changed nor destroyed.
  iterator begin() const { return iterator(*this, 0); }
  /// Behind the last element.
  iterator end() const { return iterator(*this, size_); }

  /// Every `step`th element along an axis from `start` up to and without `stop`: a view of the same rank. Limits beyond the
  /// end are cut. Throws `std::out_of_range` for the axis, `std::invalid_argument` for a step of 0.
  Array slice(std::size_t axis, std::size_t start, std::size_t stop, std::size_t step = 1) const {
    check_axis(axis);
    if (step == 0) throw std::invalid_argument("a slice with a step of 0");
    Array view = *this;
    stop = std::min(stop, shape_[axis]);
    start = std::min(start, stop);
    const std::size_t count = stop == start ? 0 : (stop - start - 1) / step + 1;
    view.shape_[axis] = count;
    if (count > 0) {
      view.data_ += static_cast<std::ptrdiff_t>(start) * strides_[axis];
      if (count > 1) view.strides_[axis] = strides_[axis] * static_cast<std::ptrdiff_t>(step);
    }
    view.size_ = *checked_product(view.shape_);
    return view;
  }
  /// The part at one index of an axis: a view with one dimension less. Throws `std::out_of_range`.
  Array select(std::size_t axis, std::size_t index) const {
    check_axis(axis);
    if (index >= shape_[axis]) throw std::out_of_range("select() beyond the end of an axis");
    Shape shape;
    Strides strides;
    for (std::size_t i = 0; i < rank(); ++i) {
      if (i == axis) continue;
      shape.push_back(shape_[i]);
      strides.push_back(strides_[i]);
    }
    const std::ptrdiff_t offset = size_ == 0 ? 0 : static_cast<std::ptrdiff_t>(index) * strides_[axis];
    return Array(std::move(shape), std::move(strides), data_ + offset, owner_);
  }
  /// The axes in reverse: a view.
  Array transpose() const {
    Array view = *this;
    std::reverse(view.shape_.begin(), view.shape_.end());
    std::reverse(view.strides_.begin(), view.strides_.end());
    return view;
  }
  /// The same elements in C order under another shape: a view if this is contiguous, else of a copy. Throws
  /// `std::invalid_argument` if the number of elements would change.
  Array reshape(Shape shape) const {
    const auto count = checked_product(shape);
    if (!count || *count != size_) throw std::invalid_argument("reshape() to another number of elements");
    Array dense = contiguous();
    dense.strides_ = dense_strides(shape);
    dense.shape_ = std::move(shape);
    return dense;
  }
  /// This array if it is contiguous, else a contiguous copy.
  Array contiguous() const {
    if (is_contiguous()) return *this;
    return Array(shape_, [this](std::span<T> elements) { std::copy(begin(), end(), elements.begin()); });
  }

  /// For codecs: the same array without its element type, on the same buffer.
  npy::StridedBytes strided_bytes() const {
    Strides bytes = strides_;
    for (std::ptrdiff_t& stride : bytes) stride *= static_cast<std::ptrdiff_t>(sizeof(T));
    return {shape_, std::move(bytes), reinterpret_cast<const std::byte*>(data_), owner_};
  }

  /// Equal shapes and equal elements. So an array with a NaN does not equal itself.
  friend bool operator==(const Array& a, const Array& b) {
    return a.shape_ == b.shape_ && std::equal(a.begin(), a.end(), b.begin());
  }

  /// Exchanges two arrays; their elements stay where they are.
  void swap(Array& other) noexcept {
    std::swap(shape_, other.shape_);
    std::swap(strides_, other.strides_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    owner_.swap(other.owner_);
  }

 private:
  void adopt(Shape shape, std::size_t count, const T* data, std::shared_ptr<const void> owner) {
    if (checked_product(shape) != count) throw std::invalid_argument("the shape does not fit the elements");
    strides_ = dense_strides(shape);
    shape_ = std::move(shape);
    size_ = count;
    data_ = data;
    owner_ = std::move(owner);
  }
  void check_axis(std::size_t axis) const {
    if (axis >= rank()) throw std::out_of_range("an array of shape " + to_text(shape_) + " has no such axis");
  }

  Shape shape_{0};
  Strides strides_{1};
  const T* data_ = nullptr;
  std::size_t size_ = 0;
  std::shared_ptr<const void> owner_;
};

/// Goes through an array in C order; a forward iterator.
template <ArrayElement T>
class Array<T>::iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using pointer = const T*;
  using reference = const T&;

  iterator() = default;

  const T& operator*() const noexcept { return *element_; }
  const T* operator->() const noexcept { return element_; }
  iterator& operator++() noexcept {
    ++position_;
    // As an odometer: the last axis turns, and one that has turned around moves the axis before it.
    for (std::size_t axis = index_.size(); axis-- > 0;) {
      const std::ptrdiff_t stride = array_->strides_[axis];
      if (++index_[axis] < array_->shape_[axis]) {
        element_ += stride;
        break;
      }
      element_ -= stride * static_cast<std::ptrdiff_t>(index_[axis] - 1);
      index_[axis] = 0;
    }
    return *this;
  }
  iterator operator++(int) {
    iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.position_ == b.position_; }

 private:
  friend class Array;
  iterator(const Array& array, std::size_t position) : array_(&array), position_(position), element_(array.data_) {
    if (position < array.size_) index_ = Shape(array.rank(), 0);
  }

  const Array* array_ = nullptr;
  std::size_t position_ = 0;  // what tells iterators apart
  const T* element_ = nullptr;
  Shape index_;
};

}  // namespace cache_on_disk
