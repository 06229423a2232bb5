// `Dtype`: the type of the elements of a NumPy array, with everything that the header of an .npy file can say.
//
//   Result<Dtype> dtype = Dtype::parse("[('time', '<M8[ns]'), ('slope', '>f4', (2, 3))]");
//   dtype->itemsize == 32;
//   dtype->fields[1].dtype.base->text() == ">f4";
//   *dtype->descr()                                  // the text above, as np.save would write it
//
// The words are NumPy's: the text of a type in a header is its descr.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/npy/datetime_unit.hpp"
#include "cache_on_disk/result.hpp"
#include "cache_on_disk/shape.hpp"

namespace cache_on_disk::npy {

/// What an element is. The values are the letters of a descr; structures and sub-arrays have none.
enum class Kind : char {
  boolean = 'b',
  signed_integer = 'i',
  unsigned_integer = 'u',
  floating = 'f',
  complex = 'c',
  datetime = 'M',
  timedelta = 'm',
  bytes = 'S',   ///< text of single bytes, padded with NUL
  text = 'U',    ///< text of four-byte code points, padded with NUL
  raw = 'V',     ///< bytes without a meaning
  object = 'O',  ///< Python objects: the data is a pickle
  structure = '{',
  subarray = '(',  ///< a small array as one element; occurs only inside a structure
};

/// Byte order; `none` of elements that have only one: single bytes, text of bytes, raw, objects, structures.
enum class ByteOrder : char { little = '<', big = '>', none = '|' };

/// The byte order of this machine.
inline constexpr ByteOrder native_order =
    std::endian::native == std::endian::little ? ByteOrder::little : ByteOrder::big;

/// An element as far as a C++ type fixes it: everything but the byte order.
struct ElementType {
  Kind kind = Kind::floating;  ///< what it is
  std::uint32_t itemsize = 8;  ///< in bytes
  DatetimeUnit unit{};         ///< of a datetime or timedelta

  bool operator==(const ElementType&) const = default;
};

struct Field;

/// The type of the elements of an array: a plain value. Sizes are at most 2^31 - 1 bytes, and every field lies inside its
/// structure; the functions that make a `Dtype` see to that.
struct CACHE_ON_DISK_EXPORT Dtype {
  Kind kind = Kind::floating;         ///< what an element is
  ByteOrder order = native_order;     ///< how its bytes lie
  std::uint32_t itemsize = 8;         ///< bytes per element
  DatetimeUnit unit{};                ///< of a datetime or timedelta
  std::vector<Field> fields;          ///< of a structure, as in the descr; paddings are left out
  std::shared_ptr<const Dtype> base;  ///< of a sub-array: its elements, never null then
  Shape shape;                        ///< of a sub-array

  /// Reads the text of a descr: a Python literal ("[('x', '<f8')]", "'<f8'") or a bare type string ("<f8",
  /// "float64", "i4,f8"). The error says what NumPy would not take, or what this library does not.
  static Result<Dtype> parse(std::string_view text);
  /// The dtype of elements of a C++ type, in native byte order (or `none` where there is no order).
  static Dtype of(const ElementType& element, ByteOrder order = native_order);
  /// A structure of `itemsize` bytes. An error for fields that reach beyond it, and for names or titles that repeat.
  static Result<Dtype> structure(std::vector<Field> fields, std::uint64_t itemsize);
  /// A sub-array. An error for one of more than 2^31 - 1 bytes.
  static Result<Dtype> subarray(Dtype base, Shape shape);

  /// True for Python objects, and for what has any inside.
  bool has_object() const;
  /// True for elements of that C++ type, in any byte order.
  bool holds(const ElementType& element) const;
  /// The field of that name or title, or null; valid as long as `fields` is unchanged.
  const Field* field(std::string_view name) const;

  /// The descr as np.save writes it, quotes and brackets included. An error for a structure whose fields
  /// overlap or lie out of order, which a descr cannot express.
  Result<std::string> descr() const;
  /// The same for people, and for `StoredType`: "<f8" without quotes. Never fails.
  std::string text() const;

  CACHE_ON_DISK_EXPORT friend bool operator==(const Dtype& a, const Dtype& b);
};

/// A field of a structure.
struct Field {
  std::string name;                  ///< UTF-8
  std::optional<std::string> title;  ///< a second name, UTF-8
  std::uint32_t offset = 0;          ///< bytes from the start of the structure
  Dtype dtype;                       ///< its type, which may be a sub-array

  bool operator==(const Field&) const = default;
};

/// Most fields in a structure that are read.
inline constexpr std::size_t max_fields = 65535;
/// Most structures within each other that are read.
inline constexpr std::size_t max_dtype_nesting = 64;
/// Largest element in bytes, as in NumPy.
inline constexpr std::uint64_t max_itemsize = 2147483647;

}  // namespace cache_on_disk::npy

namespace cache_on_disk {
using npy::Dtype;
}
