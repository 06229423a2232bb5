// `Codec<T>`: how values of a type become the payload of an entry, and come back from it.
//
//   template <> struct cache_on_disk::Codec<Profile> {
//     static StoredType stored_type() { return Codec<std::vector<double>>::stored_type(); }
//     static Result<Encoding> encode(const Profile& p) { return Codec<std::vector<double>>::encode(p.layers); }
//     static Result<Profile> decode(const Payload& payload) {
//       auto layers = Codec<std::vector<double>>::decode(payload);
//       if (!layers) return layers.error();
//       return Profile{*std::move(layers)};
//     }
//   };
//
// The library has codecs for all that docs/values.md lists. A type of a program needs one rarely: for a struct write
// `CACHE_ON_DISK_FIELDS` (fields.hpp), for another type a `Conversion` (conversion.hpp), which works inside of containers, too.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/result.hpp"

namespace cache_on_disk {

/// What kind of bytes a payload is.
enum class Format {
  npy,     ///< an .npy file of NumPy
  pickle,  ///< a pickle of Python
  any      ///< either
};

/// The type of a stored value as far as the format of the file knows it. Two C++ types with the same stored type read each
/// other's entries.
struct StoredType {
  Format format = Format::any;  ///< the kind of bytes
  std::string dtype;            ///< as in the descr of an .npy header ("<f8"); empty for a pickle
  int rank = -1;                ///< number of dimensions; -1: any

  /// For messages and metadata: "npy <f8 2", "npy <f8 *", "pickle", "*".
  CACHE_ON_DISK_EXPORT std::string text() const;
  bool operator==(const StoredType&) const = default;
};

/// The bytes of a payload as they lie in memory, mapped from the file or read from it; read-only.
struct Payload {
  std::span<const std::byte> bytes;   ///< exactly the payload, without metadata and footer
  std::shared_ptr<const void> owner;  ///< keeps `bytes` valid; a decoded value may keep a copy of it
};

/// Takes the bytes of a body, in order. Made by the library; used on one thread.
class CACHE_ON_DISK_EXPORT Sink {
 public:
  virtual ~Sink();
  /// Takes the next bytes. Returns false once writing has failed: the rest may then be left out.
  virtual bool write(std::span<const std::byte> bytes) = 0;
};

/// A value ready to be written: what comes first, how long the rest is, and who writes it. It refers to the value, which must
/// outlive it, so that an array is not copied.
struct Encoding {
  std::string head;                 ///< what comes first: the .npy header, or the beginning of a pickle
  std::uint64_t body_size = 0;      ///< bytes that `body` writes
  std::function<void(Sink&)> body;  ///< may be empty if body_size is 0
  StoredType type;                  ///< of this very value (the rank is known now)
};

/// Specialise it to make a type cacheable. Its members are static functions, which are called from any thread, and several at
/// a time:
///
/// - `StoredType stored_type()`: what `T` is stored as, before there is a value.
/// - `Result<Encoding> encode(const T&)`: the value as bytes; the error says why this value cannot be stored.
/// - `Result<T> decode(const Payload&)`: the value of a payload; the error says why the payload is not a `T`. It must be safe for
///   any bytes: the file may be damaged, or anybody's. What it returns may share the payload's owner.
template <class T>
struct Codec;

/// Types that a `Cached` cell can hold.
template <class T>
concept Cacheable = requires(const T& value, const Payload& payload) {
  { Codec<T>::stored_type() } -> std::same_as<StoredType>;
  { Codec<T>::encode(value) } -> std::same_as<Result<Encoding>>;
  { Codec<T>::decode(payload) } -> std::same_as<Result<T>>;
};

namespace detail {
template <class T>
inline constexpr bool is_view = false;
template <class C, class Traits>
inline constexpr bool is_view<std::basic_string_view<C, Traits>> = true;
template <class T, std::size_t extent>
inline constexpr bool is_view<std::span<T, extent>> = true;

/// True, or an error that says what can be done.
template <class T>
consteval bool must_be_cacheable() {
  static_assert(!std::is_void_v<T>, "a cell keeps a value: a method that returns nothing has none to cache");
  static_assert(!std::is_reference_v<T>, "a cell keeps a value, not a reference: leave the & away");
  static_assert(!std::is_const_v<T>, "leave the const away: nobody can change what a cell keeps");
  static_assert(!std::is_pointer_v<T>, "a pointer says nothing to another process: cache what it points at");
  static_assert(!is_view<T>,
                "a view refers to memory that is gone when the value is read: cache what it views, such as a "
                "std::string or std::vector");
  if constexpr (std::is_object_v<T> && !std::is_const_v<T> && !std::is_pointer_v<T> && !is_view<T>)
    static_assert(std::is_move_constructible_v<T>, "values are moved into the cell: give the type a move constructor");
  static_assert(std::is_void_v<T> || std::is_reference_v<T> || std::is_const_v<T> || std::is_pointer_v<T> ||
                    is_view<T> || (std::is_object_v<T> && !std::is_move_constructible_v<T>) || Cacheable<T>,
                "values of this type cannot be cached: list the fields of a struct with CACHE_ON_DISK_FIELDS, or "
                "give a type a Conversion (conversion.hpp); for Eigen matrices, include <cache_on_disk/eigen.hpp>");
  return true;
}
}  // namespace detail

}  // namespace cache_on_disk
