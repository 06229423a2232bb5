// Form<T>: what a C++ type is in a pickle, and how it gets there and back.
//
//   pickle::Form<std::map<std::string, double>>::write(writer, seeing);      // a dict
//
// docs/values.md has the table. Containers are known by what they can do, so those of other libraries are
// taken too. The folder's other *_form.hpp give the forms; this header decides which of them a type has.
#pragma once

#include <chrono>
#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "cache_on_disk/conversion.hpp"
#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/npy/chrono_codecs.hpp"
#include "cache_on_disk/fields.hpp"

namespace cache_on_disk {
class Value;
template <class T>
struct Quantity;
template <class T>
struct Masked;
}  // namespace cache_on_disk

namespace cache_on_disk::pickle {

/// Integers of up to 64 bits; the character types count as the integers that they are.
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && sizeof(T) <= sizeof(std::int64_t);

/// What a type is for a pickle.
enum class Category {
  none,  ///< it has no form
  conversion,
  fields,
  value,
  quantity,
  masked,
  nothing,
  boolean,
  integer,
  floating,
  complex,
  text,
  enumeration,
  time,
  optional,
  variant,
  nested_array,
  bytes,
  path,
  map,
  set,
  sequence,
  tuple,
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;

template <class T>
inline constexpr bool is_quantity = false;
template <class T>
inline constexpr bool is_quantity<Quantity<T>> = true;
template <class T>
inline constexpr bool is_masked = false;
template <class T>
inline constexpr bool is_masked<Masked<T>> = true;

/// std::map, std::unordered_map and their like; no multimaps, which no dict can hold.
template <class T>
concept MapLike = requires(T& map, typename T::key_type key, typename T::mapped_type value) {
  map.try_emplace(std::move(key), std::move(value));
  map.size();
};

/// std::set, std::unordered_set and their like; no multisets.
template <class T>
concept SetLike =
    std::same_as<typename T::key_type, typename T::value_type> && requires(T& set, typename T::value_type value) {
      { set.insert(std::move(value)).second } -> std::convertible_to<bool>;
      set.size();
    };

/// std::vector, std::list, std::deque and their like.
template <class T>
concept SequenceLike = requires(T& sequence, typename T::value_type& value) {
  sequence.push_back(std::move(value));
  sequence.begin();
  sequence.size();
};

/// std::tuple, std::pair, std::array and their like.
template <class T>
concept TupleLike = requires { std::tuple_size<T>::value; };

/// std::vector<std::byte>, std::array<std::byte, N> and their like.
template <class T>
concept BytesLike = requires(const T& bytes) {
  { bytes.data() } -> std::same_as<const std::byte*>;
  bytes.size();
};

/// std::filesystem::path.
template <class T>
concept PathLike = std::constructible_from<T, std::string> && requires(const T& path) {
  { path.native() } -> std::same_as<const std::string&>;
  path.lexically_normal();
};

template <class T>
consteval Category category_of() {
  if constexpr (cache_on_disk::detail::HasConversion<T>)
    return Category::conversion;
  else if constexpr (cache_on_disk::detail::HasFields<T>)
    return Category::fields;
  else if constexpr (std::same_as<T, Value>)
    return Category::value;
  else if constexpr (is_quantity<T>)
    return Category::quantity;
  else if constexpr (is_masked<T>)
    return Category::masked;
  else if constexpr (std::same_as<T, std::monostate>)
    return Category::nothing;
  else if constexpr (std::same_as<T, bool>)
    return Category::boolean;
  else if constexpr (Integer<T>)
    return Category::integer;
  else if constexpr (std::same_as<T, float> || std::same_as<T, double>)
    return Category::floating;
  else if constexpr (std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>)
    return Category::complex;
  else if constexpr (std::same_as<T, std::string>)
    return Category::text;
  else if constexpr (std::is_enum_v<T> && !std::same_as<T, std::byte>)
    return Category::enumeration;
  else if constexpr (cache_on_disk::detail::is_chrono<T>)
    return Category::time;
  else if constexpr (is_optional<T>)
    return Category::optional;
  else if constexpr (is_variant<T>)
    return Category::variant;
  else if constexpr (cache_on_disk::detail::NestedArray<T>)
    return Category::nested_array;
  else if constexpr (BytesLike<T>)
    return Category::bytes;
  else if constexpr (PathLike<T>)
    return Category::path;
  else if constexpr (MapLike<T>)
    return Category::map;
  else if constexpr (SetLike<T>)
    return Category::set;
  else if constexpr (SequenceLike<T>)
    return Category::sequence;
  else if constexpr (TupleLike<T>)
    return Category::tuple;
  else
    return Category::none;
}

/// The form of a type of that category: static functions
///   void write(Writer&, const T&);                           makes the value
///   std::optional<T> read(Reading&, const Value&);           nothing if the value is not a T; the reading knows
///   why
template <class T, Category category>
struct FormOf;

template <class T>
struct Form : FormOf<T, category_of<T>()> {};

template <class T>
struct FormOf<T, Category::none> {
  static_assert(category_of<T>() != Category::none,
                "values of this type cannot be part of a cached value: list its fields "
                "(CACHE_ON_DISK_FIELDS), give it a "
                "cache_on_disk::Conversion<T>, or see docs/values.md for the types that can");
};

}  // namespace cache_on_disk::pickle
