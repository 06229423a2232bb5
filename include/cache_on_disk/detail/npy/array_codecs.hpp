// Lets Cached cells hold arrays: Array<T>, std::vector<T>, std::array<T, N>, and these within each other.
//
//   Cached<Array<double>> modes_;                      // "<f8", any rank; nothing is copied
//   Cached<std::vector<std::array<float, 3>>> path_;   // "<f4" of shape (n, 3)
//
// They are stored as np.save stores the array, and read from such a file in any byte order and memory order;
// kind and size of the elements must be the same, and so must be the rank and those extents the C++ type
// fixes. Vectors within vectors, whose lengths may differ, have their codec in pickle_codecs.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "cache_on_disk/any_array.hpp"
#include "cache_on_disk/array.hpp"
#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/npy/conversion.hpp"
#include "cache_on_disk/detail/npy/encoding.hpp"
#include "cache_on_disk/element.hpp"

namespace cache_on_disk {
namespace detail {

/// An array as an Array<T> of that rank (-1: any).
template <ArrayElement T>
Result<Array<T>> array_of(const AnyArray& any, int rank) {
  constexpr npy::ElementType type = ElementTraits<T>::type;
  const bool fits = any.dtype().holds(type) && (rank < 0 || any.rank() == static_cast<std::size_t>(rank));
  if (!fits && rank >= 0) return npy::mismatch(any.dtype(), any.shape(), type, static_cast<std::size_t>(rank));
  return any.as<T>();
}

/// A payload as an Array<T> of that rank (-1: any).
template <ArrayElement T>
Result<Array<T>> decode_array(const Payload& payload, int rank) {
  const auto any = AnyArray::from_payload(payload);
  if (!any) return any.error();
  return array_of<T>(*any, rank);
}

/// What a nest of vectors and std::arrays is as an array: Element, rank, and the extents the type fixes.
/// Those of std::byte are not arrays of numbers, but bytes.
template <class T>
struct Nest {};

template <ArrayElement T>
  requires(!std::same_as<T, std::byte>)
struct Nest<T> {
  using Element = T;
  static constexpr int rank = 0;
  static constexpr bool is_fixed = true;
};

template <class T, class Allocator>
  requires requires { Nest<T>::rank; }
struct Nest<std::vector<T, Allocator>> {
  using Element = typename Nest<T>::Element;
  static constexpr int rank = Nest<T>::rank + 1;
  static constexpr bool is_fixed = false;
  static constexpr std::size_t fixed_extent = 0;
};

template <class T, std::size_t N>
  requires requires { Nest<T>::rank; }
struct Nest<std::array<T, N>> {
  using Element = typename Nest<T>::Element;
  static constexpr int rank = Nest<T>::rank + 1;
  static constexpr bool is_fixed = Nest<T>::is_fixed;
  static constexpr std::size_t fixed_extent = N;
};

/// Vectors and std::arrays, within each other or not, of elements.
template <class T>
concept NestedArray = requires { Nest<T>::rank; } && (Nest<T>::rank > 0);

/// May the lengths of its vectors differ, so that it is not an array?
template <class T>
concept RaggedArray = NestedArray<T> && !Nest<typename T::value_type>::is_fixed;

/// Where a nest of vectors has no elements, reading makes as many empty vectors as the shape asks for, which
/// costs memory that the file does not contain. More than this many are refused.
inline constexpr std::size_t max_empty_vectors = std::size_t{1} << 20;

/// Fills `shape` from the first element of each level; levels that do not exist get what the type says.
template <class T>
void first_shape(const T* value, Shape& shape) {
  if constexpr (NestedArray<T>) {
    using Inner = typename T::value_type;
    shape.push_back(value ? value->size() : Nest<T>::fixed_extent);
    if constexpr (NestedArray<Inner>) first_shape<Inner>(value && !value->empty() ? &(*value)[0] : nullptr, shape);
  }
}

template <class T>
bool has_shape(const T& value, const Shape& shape, std::size_t axis) {
  if (value.size() != shape[axis]) return false;
  if constexpr (NestedArray<typename T::value_type> && !Nest<typename T::value_type>::is_fixed) {
    for (const auto& inner : value) {
      if (!has_shape(inner, shape, axis + 1)) return false;
    }
  }
  return true;
}

template <class T>
bool write_rows(const T& value, npy::RowWriter& writer) {
  using Inner = typename T::value_type;
  if constexpr (std::same_as<T, std::vector<bool>>) {
    std::array<bool, 4096> bools{};
    for (std::size_t start = 0; start < value.size(); start += bools.size()) {
      const std::size_t count = std::min(bools.size(), value.size() - start);
      for (std::size_t i = 0; i < count; ++i) bools[i] = value[start + i];
      if (!writer.write(std::as_bytes(std::span(bools).first(count)))) return false;
    }
    return true;
  } else if constexpr (Nest<Inner>::is_fixed) {
    return writer.write(std::as_bytes(std::span(value)));  // dense, since std::arrays have no gaps
  } else {
    for (const auto& inner : value) {
      if (!write_rows(inner, writer)) return false;
    }
    return true;
  }
}

/// Fills `value` from dense elements, which it steps over.
template <class T, class Element>
void read_rows(T& value, const Element*& elements, const Shape& shape, std::size_t axis) {
  const std::size_t extent = shape[axis];
  if constexpr (requires { value.resize(extent); }) value.resize(extent);
  if constexpr (NestedArray<typename T::value_type>) {
    for (auto& inner : value) read_rows(inner, elements, shape, axis + 1);
  } else {
    if (extent > 0) std::copy_n(elements, extent, value.begin());
    elements += extent;
  }
}

template <class T>
bool has_fixed_extents(const Shape& shape, std::size_t axis = 0) {
  if constexpr (NestedArray<T>) {
    constexpr bool fixed = !requires(T value) { value.resize(0); };
    if (fixed && shape[axis] != Nest<T>::fixed_extent) return false;
    return has_fixed_extents<typename T::value_type>(shape, axis + 1);
  } else {
    return true;
  }
}

}  // namespace detail

template <ArrayElement T>
struct Codec<Array<T>> {
  static StoredType stored_type() { return {Format::npy, Dtype::of(ElementTraits<T>::type).text(), -1}; }
  static Result<Encoding> encode(const Array<T>& array) {
    return npy::encode_strided(Dtype::of(ElementTraits<T>::type), array.strided_bytes());
  }
  static Result<Array<T>> decode(const Payload& payload) { return detail::decode_array<T>(payload, -1); }
};

namespace detail {

/// The shape of nested vectors, or nothing if their lengths differ so that they make no array.
template <NestedArray T>
std::optional<Shape> shape_of(const T& value) {
  Shape shape;
  first_shape(&value, shape);
  if (!has_shape(value, shape, 0)) return std::nullopt;
  return shape;
}

/// The elements of an array as nested vectors.
template <NestedArray T>
Result<T> nest_of(const AnyArray& any) {
  using Element = typename Nest<T>::Element;
  const auto array = array_of<Element>(any, Nest<T>::rank);
  if (!array) return array.error();
  const Shape& shape = array->shape();
  if (!has_fixed_extents<T>(shape))
    return Error{"the file holds an array of shape " + to_text(shape) + ", asked for other extents"};
  if (array->empty()) {
    std::size_t vectors = 1;
    for (std::size_t axis = 0; axis < shape.size() && shape[axis] != 0; ++axis) {
      const auto product = checked_multiply(vectors, shape[axis]);
      if (!product || *product > max_empty_vectors) return Error{"the file holds too many empty vectors"};
      vectors = *product;
    }
  }
  const Array<Element> dense = array->contiguous();
  const Element* elements = dense.data();
  T value{};
  read_rows(value, elements, shape, 0);
  return value;
}

}  // namespace detail

template <detail::NestedArray T>
  requires(!detail::RaggedArray<T>)
struct Codec<T> {
  using Element = typename detail::Nest<T>::Element;
  static constexpr int rank = detail::Nest<T>::rank;

  static StoredType stored_type() { return {Format::npy, Dtype::of(ElementTraits<Element>::type).text(), rank}; }

  static Result<Encoding> encode(const T& value) {
    const auto shape = detail::shape_of(value);
    return npy::encode_rows(Dtype::of(ElementTraits<Element>::type), *shape,
                            [&value](npy::RowWriter& writer) { detail::write_rows(value, writer); });
  }

  static Result<T> decode(const Payload& payload) {
    const auto array = AnyArray::from_payload(payload);
    if (!array) return array.error();
    return detail::nest_of<T>(*array);
  }
};

}  // namespace cache_on_disk
