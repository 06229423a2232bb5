// `AnyArray`: an array of any plain NumPy dtype, known only at run time.
//
//   CachedRef<AnyArray> table = loop.table();                  // whatever Python stored
//   Result<AnyArray> column = table->field("slope");           // a strided view
//   Result<Array<float>> slopes = column->as<float>();         // no copy where the memory allows it
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cache_on_disk/array.hpp"
#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/npy/conversion.hpp"
#include "cache_on_disk/detail/npy/encoding.hpp"
#include "cache_on_disk/detail/npy/strided_bytes.hpp"
#include "cache_on_disk/dtype.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk {

/// A read-only array of numbers, text, points in time, structures or raw bytes, in any byte order; never of Python objects.
/// Copies are cheap, and share the buffer, which lives as long as any of them. Threads: as `Array`.
class CACHE_ON_DISK_EXPORT AnyArray {
 public:
  /// No elements, one dimension, dtype "<f8" (in native order).
  AnyArray() noexcept;
  /// A view of elements of `dtype`: (i, j, ...) begins at the byte `data + i * strides[0] + j * strides[1] + ...` of
  /// `elements`, whose `owner` keeps them valid. Throws `std::invalid_argument` if `dtype` is a sub-array or contains objects.
  AnyArray(Dtype dtype, npy::StridedBytes elements);
  /// The same elements, with their type known at run time only.
  template <ArrayElement T>
  explicit AnyArray(const Array<T>& array) : AnyArray(Dtype::of(ElementTraits<T>::type), array.strided_bytes()) {}

  AnyArray(const AnyArray&) = default;
  AnyArray& operator=(const AnyArray&) = default;
  /// A moved-from array is as a default-constructed one.
  AnyArray(AnyArray&& other) noexcept : AnyArray() { swap(other); }
  AnyArray& operator=(AnyArray&& other) noexcept {
    AnyArray emptied(std::move(other));
    swap(emptied);
    return *this;
  }
  ~AnyArray() = default;

  /// Reads an .npy payload: a view of its data, which keeps the owner of the payload; without an owner, a copy. An error for
  /// what is not an .npy, holds objects, or does not have exactly as many bytes as its header says.
  static Result<AnyArray> from_payload(const Payload& payload);

  /// The type of the elements; valid as long as the array is.
  const Dtype& dtype() const noexcept { return dtype_; }
  /// How many elements along each axis.
  const Shape& shape() const noexcept { return elements_.shape; }
  /// Steps between neighbours along each axis, in bytes.
  const Strides& strides() const noexcept { return elements_.strides; }
  /// Number of dimensions.
  std::size_t rank() const noexcept { return elements_.shape.size(); }
  /// Number of elements.
  std::size_t size() const noexcept { return *checked_product(elements_.shape); }
  /// The first byte of the element (0, 0, ...).
  const std::byte* data() const noexcept { return elements_.data; }
  /// All of it that is not the dtype, for codecs.
  const npy::StridedBytes& strided_bytes() const noexcept { return elements_; }
  bool is_contiguous() const noexcept;          ///< dense in C order
  bool is_fortran_contiguous() const noexcept;  ///< dense in Fortran order

  /// All bytes in the order in which they lie, of an array without gaps in C or Fortran order; otherwise throws
  /// `std::logic_error`.
  std::span<const std::byte> bytes() const;
  /// The bytes of one element, counted in C order. Throws `std::out_of_range`.
  std::span<const std::byte> element(std::size_t index) const;
  /// One element of text (kinds S and U), counted in C order, without the NULs that pad it: the bytes of an S
  /// as they are, a U as UTF-8. An error for other kinds, and for a U beyond Unicode. Throws `std::out_of_range`.
  Result<std::string> text(std::size_t index) const;

  /// A field of a structure, by name or title: a view. A sub-array adds its dimensions behind those of the array. An error
  /// for a name that no field has.
  Result<AnyArray> field(std::string_view name) const;

  /// The same elements as an `Array` of a C++ type of the same kind and size, in any byte order. A view where byte order,
  /// alignment and strides allow it, otherwise a copy. An error for another kind or size: nothing is converted.
  template <ArrayElement T>
  Result<Array<T>> as() const {
    auto elements = npy::to_elements(dtype_, elements_, ElementTraits<T>::type, alignof(T));
    if (!elements) return elements.error();
    for (std::ptrdiff_t& stride : elements->strides) stride /= static_cast<std::ptrdiff_t>(sizeof(T));
    return Array<T>(std::move(elements->shape), std::move(elements->strides),
                    reinterpret_cast<const T*>(elements->data), std::move(elements->owner));
  }

  /// Exchanges two arrays; their elements stay where they are.
  void swap(AnyArray& other) noexcept {
    std::swap(dtype_, other.dtype_);
    std::swap(elements_, other.elements_);
  }

 private:
  Dtype dtype_;
  npy::StridedBytes elements_;
};

template <>
struct Codec<AnyArray> {
  static StoredType stored_type() { return {Format::npy, "*", -1}; }
  static Result<Encoding> encode(const AnyArray& array) {
    return npy::encode_strided(array.dtype(), array.strided_bytes());
  }
  static Result<AnyArray> decode(const Payload& payload) { return AnyArray::from_payload(payload); }
};

}  // namespace cache_on_disk
