// How C++ types become arguments that name a value.
//
// Named are bool, numbers, enums, text, paths, points in time and durations, bytes, arrays, and optionals, variants, pairs,
// tuples, sequences, sets, maps and structs with CACHE_ON_DISK_FIELDS of these; types with a Conversion as what they are
// converted to. What a type is named as is what docs/values.md says it is for Python, so that both languages find each
// other's entries. A program names an own type by a specialisation:
//
//   template <> struct cache_on_disk::ArgumentEncoder<Filter> {
//     static void add(ArgumentList& list, const Filter& filter) { list.text(filter.name()); }
//   };
#pragma once

#include <array>
#include <concepts>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "cache_on_disk/conversion.hpp"
#include "cache_on_disk/detail/arguments/argument_list.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/npy/chrono_codecs.hpp"
#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/key.hpp"
#include "cache_on_disk/fields.hpp"

namespace cache_on_disk {

/// Specialise it for own types: static void add(ArgumentList&, const T&), which adds exactly one item. It is called
/// concurrently from any thread, and must add the same for equal values only.
template <class T>
struct ArgumentEncoder;

namespace detail {

template <class T>
concept HasArgumentEncoder = requires(ArgumentList& list, const T& value) { ArgumentEncoder<T>::add(list, value); };

template <class T>
concept TextArgument = std::convertible_to<const T&, std::string_view>;

template <class T>
consteval bool names_value();

template <class Tuple, std::size_t... I>
consteval bool all_name_values(std::index_sequence<I...>) {
  return (names_value<std::remove_cv_t<std::tuple_element_t<I, Tuple>>>() && ...);
}
template <class... T>
consteval bool alternatives_name_values(std::type_identity<std::variant<T...>>) {
  return (names_value<T>() && ...);
}

/// Can arguments of this type name a value? (The fields of a struct are looked at when it is encoded.)
template <class T>
consteval bool names_value() {
  using enum pickle::Category;
  constexpr pickle::Category category = pickle::category_of<T>();
  if constexpr (HasArgumentEncoder<T> || TextArgument<T> || std::is_enum_v<T>)
    return true;
  else if constexpr (std::is_pointer_v<T> || category == value)
    return false;
  else if constexpr (category == conversion)
    return names_value<Converted<T>>();
  else if constexpr (category == optional)
    return names_value<typename T::value_type>() && !pickle::may_be_none<typename T::value_type>();
  else if constexpr (category == variant)
    return alternatives_name_values(std::type_identity<T>());
  else if constexpr (category == map)
    return names_value<typename T::key_type>() && names_value<typename T::mapped_type>();
  else if constexpr (category == set || category == sequence)
    return names_value<typename T::value_type>();
  else if constexpr (category == tuple)
    return all_name_values<T>(std::make_index_sequence<std::tuple_size_v<T>>());
  else if constexpr (category == none)
    return !std::is_arithmetic_v<T> && !std::same_as<T, std::complex<long double>> && Cacheable<T>;
  else
    return true;
}

/// True, or an error that says what can be done.
template <class T>
consteval bool must_name_values() {
  static_assert(
      names_value<T>(),
      "an argument of a cached method must be a bool, number, enum, text, path, chrono value, bytes, array, or an "
      "optional, variant, pair, tuple, sequence, set or map of those: list the fields of a struct with "
      "CACHE_ON_DISK_FIELDS, or give a type a cache_on_disk::ArgumentEncoder (argument_encoder.hpp)");
  return true;
}

/// How an alternative of a variant can be told from others by what it is named as: alternatives of two such numbers differ.
/// 0: nobody knows.
template <class T>
consteval int kind_of_name() {
  using enum pickle::Category;
  constexpr pickle::Category category = pickle::category_of<T>();
  if constexpr (HasArgumentEncoder<T>)
    return 0;
  else if constexpr (TextArgument<T>)
    return static_cast<int>(text) + 1;
  else if constexpr (std::is_enum_v<T>)
    return static_cast<int>(integer) + 1;
  else if constexpr (category == none || category == conversion || category == optional || category == variant ||
                     RaggedArray<T>)
    return 0;
  else if constexpr (category == fields)
    return static_cast<int>(map) + 1;
  else
    return static_cast<int>(category) + 1;
}
template <class... T>
consteval bool are_named_apart(std::type_identity<std::variant<T...>>) {
  constexpr int kinds[] = {kind_of_name<T>()...};
  for (std::size_t i = 0; i < sizeof...(T); ++i)
    for (std::size_t j = 0; j <= i; ++j)
      if (kinds[i] == 0 || (j < i && kinds[i] == kinds[j])) return false;
  return true;
}

/// The text of a path, with one slash where C++ takes several for one: as Python's Path has it.
CACHE_ON_DISK_EXPORT std::string text_of_path(const std::string& native);

template <class T>
void add_argument(ArgumentList& list, const T& value);

/// Adds the fields of a struct to a dict.
struct FieldArguments {
  ArgumentList& list;
  std::vector<ArgumentList> items{};

  template <class T>
  void field(std::string_view name, const T& value) {
    ArgumentList item = list.part();
    item.text(name);
    add_argument<T>(item, value);
    items.push_back(std::move(item));
  }
};

template <class T>
void add_variant(ArgumentList& list, const T& value) {
  if (value.valueless_by_exception()) return list.refuse("a variant that lost its value to an exception");
  const auto add_held = [&]<class Held>(const Held& held) { add_argument<Held>(list, held); };
  if constexpr (are_named_apart(std::type_identity<T>())) {
    std::visit(add_held, value);
  } else if (list.begin_object("std", "variant")) {
    list.begin_tuple();
    list.unsigned_integer(value.index());
    std::visit(add_held, value);
    list.end_tuple();
    list.end_object();
  }
}

/// Vectors within vectors are one array if their lengths make one, else a list of what the rows are.
template <class T>
void add_nest(ArgumentList& list, const T& nest) {
  if (const auto shape = shape_of(nest)) {
    using Element = typename Nest<T>::Element;
    return list.array(npy::encode_rows(Dtype::of(ElementTraits<Element>::type), *shape,
                                       [&nest](npy::RowWriter& writer) { write_rows(nest, writer); }));
  }
  if constexpr (RaggedArray<T>) {
    if (!list.begin_list()) return;
    for (const auto& row : nest) add_nest(list, row);
    list.end_list();
  }
}

template <class T>
void add_tuple(ArgumentList& list, const T& tuple) {
  if (!list.begin_tuple()) return;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    using std::get;
    (add_argument<std::remove_cv_t<std::tuple_element_t<I, T>>>(list, get<I>(tuple)), ...);
  }(std::make_index_sequence<std::tuple_size_v<T>>());
  list.end_tuple();
}

template <class T>
void add_container(ArgumentList& list, const T& container) {
  using enum pickle::Category;
  constexpr pickle::Category category = pickle::category_of<T>();
  if constexpr (category == sequence) {
    if (!list.begin_list()) return;
    for (const auto& element : container) add_argument<typename T::value_type>(list, element);
    list.end_list();
  } else {
    std::vector<ArgumentList> parts;
    parts.reserve(container.size());
    for (const auto& item : container) {
      ArgumentList& part = parts.emplace_back(list.part());
      if constexpr (category == map) {
        add_argument<typename T::key_type>(part, item.first);
        add_argument<typename T::mapped_type>(part, item.second);
      } else {
        add_argument<typename T::value_type>(part, item);
      }
    }
    category == map ? list.dict(std::move(parts)) : list.set(std::move(parts));
  }
}

template <class T>
void add_converted(ArgumentList& list, const T& value) try {
  if (!list.enter()) return;  // it may be made of its own kind, at each step
  add_argument<Converted<T>>(list, Conversion<T>::to(value));
  list.leave();
} catch (const std::exception& error) {
  list.refuse(error.what());
}

/// Adds an argument of any type that names a value.
template <class T>
void add_argument(ArgumentList& list, const T& argument) {
  using enum pickle::Category;
  constexpr pickle::Category category = pickle::category_of<T>();
  if constexpr (HasArgumentEncoder<T>) {
    ArgumentEncoder<T>::add(list, argument);
  } else if constexpr (std::is_pointer_v<T> && TextArgument<T>) {
    argument != nullptr ? list.text(argument) : list.none();
  } else if constexpr (TextArgument<T>) {
    list.text(argument);
  } else if constexpr (std::is_enum_v<T>) {
    add_argument(list, static_cast<std::underlying_type_t<T>>(argument));
  } else if constexpr (category == nothing) {
    list.none();
  } else if constexpr (category == boolean) {
    list.boolean(argument);
  } else if constexpr (category == integer && std::signed_integral<T>) {
    list.integer(argument);
  } else if constexpr (category == integer) {
    list.unsigned_integer(argument);
  } else if constexpr (category == floating) {
    list.real(argument);
  } else if constexpr (category == complex) {
    list.complex(std::complex<double>(argument));
  } else if constexpr (category == bytes) {
    list.bytes({reinterpret_cast<const char*>(argument.data()), argument.size()});
  } else if constexpr (category == path) {
    if (!list.begin_object("pathlib", "Path")) return;
    list.bytes(text_of_path(argument.native()));
    list.end_object();
  } else if constexpr (category == fields) {
    if (!list.enter()) return;
    FieldArguments arguments{list};
    cache_on_disk_visit_fields(arguments, argument, std::type_identity<T>());
    list.leave();
    list.dict(std::move(arguments.items));
  } else if constexpr (category == conversion) {
    add_converted(list, argument);
  } else if constexpr (category == optional) {
    argument ? add_argument<typename T::value_type>(list, *argument) : list.none();
  } else if constexpr (category == variant) {
    add_variant(list, argument);
  } else if constexpr (category == nested_array) {
    add_nest(list, argument);
  } else if constexpr (category == tuple) {
    add_tuple(list, argument);
  } else if constexpr (category == sequence || category == set || category == map) {
    add_container(list, argument);
  } else if constexpr (must_name_values<T>() && names_value<T>()) {
    list.array(Codec<T>::encode(argument));
  }
}

}  // namespace detail

/// Types whose values can be arguments of a cached method.
template <class T>
concept Argument = detail::names_value<T>();

}  // namespace cache_on_disk
