// Which C++ types may be keys of a dict and elements of a set: those whose form Python can hash, and keeps
// apart.
#pragma once

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "cache_on_disk/detail/pickle/form.hpp"

namespace cache_on_disk::pickle {

/// True == 1 == 1.0 == 1+0j for Python: in a variant they would be one key.
template <class T>
consteval bool is_number_for_python() {
  constexpr Category category = category_of<T>();
  if constexpr (category == Category::conversion)
    return is_number_for_python<cache_on_disk::detail::Converted<T>>();
  else
    return category == Category::boolean || category == Category::integer || category == Category::floating ||
           category == Category::complex || category == Category::enumeration;
}

template <class T>
consteval bool is_key();

template <class Tuple, std::size_t... I>
consteval bool all_are_keys(std::index_sequence<I...>) {
  return (is_key<std::remove_cv_t<std::tuple_element_t<I, Tuple>>>() && ...);
}

template <class... T>
consteval bool alternatives_are_keys(std::type_identity<std::variant<T...>>) {
  return (is_key<T>() && ...) && (int{is_number_for_python<T>()} + ... + 0) <= 1;
}

template <class T>
consteval bool is_key() {
  constexpr Category category = category_of<T>();
  if constexpr (category == Category::nothing || category == Category::boolean || category == Category::integer ||
                category == Category::floating || category == Category::complex || category == Category::text ||
                category == Category::enumeration || category == Category::time || category == Category::bytes ||
                category == Category::path)
    return true;
  else if constexpr (category_of<T>() == Category::conversion)
    return is_key<cache_on_disk::detail::Converted<T>>();
  else if constexpr (category_of<T>() == Category::optional)
    return is_key<typename T::value_type>();
  else if constexpr (category_of<T>() == Category::variant)
    return alternatives_are_keys(std::type_identity<T>());
  else if constexpr (category_of<T>() == Category::tuple)
    return all_are_keys<T>(std::make_index_sequence<std::tuple_size_v<T>>());
  else
    return false;
}

/// Can a T be None for Python? Then an optional of it could not tell whether it is empty.
template <class T>
consteval bool may_be_none();

template <class... T>
consteval bool any_may_be_none(std::type_identity<std::variant<T...>>) {
  return (may_be_none<T>() || ...);
}

template <class T>
consteval bool may_be_none() {
  constexpr Category category = category_of<T>();
  if constexpr (category == Category::conversion)
    return may_be_none<cache_on_disk::detail::Converted<T>>();
  else if constexpr (category == Category::variant)
    return any_may_be_none(std::type_identity<T>());
  else
    return category == Category::nothing || category == Category::optional || category == Category::value;
}

}  // namespace cache_on_disk::pickle
