// Which alternatives of a std::variant can be told apart by what is stored of them.
//
// Stored is the value alone. Two types whose values all look alike, such as int and long, are refused by the compiler; where
// some values look alike, such as two empty containers, storing compares (choice_form.hpp).
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "cache_on_disk/pickle/form.hpp"
#include "cache_on_disk/pickle/key.hpp"

namespace cache_on_disk::pickle {

/// The kind of Python object that all values of a type are; Category::none: several kinds, or nobody knows.
template <class T>
consteval Category kind_of_object() {
  using enum Category;
  constexpr Category category = category_of<T>();
  if constexpr (category == conversion || category == value || category == optional || category == variant)
    return none;
  else if constexpr (category == nested_array)
    return cache_on_disk::detail::RaggedArray<T> ? none : nested_array;
  else if constexpr (category == enumeration)
    return integer;
  else if constexpr (category == path || category == bytes)
    return text;  // text that is no UTF-8 is stored as bytes
  else if constexpr (category == fields)
    return map;
  else
    return category;
}

/// Whether no value of one alternative can be taken for one of another.
template <class... T>
consteval bool are_always_apart(std::type_identity<std::variant<T...>>) {
  constexpr std::array<Category, sizeof...(T)> kinds{kind_of_object<T>()...};
  for (std::size_t i = 0; i < kinds.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j)
      if (kinds[i] == Category::none || (j < i && kinds[i] == kinds[j])) return false;
  return true;
}

template <class A, class B>
consteval bool are_never_apart();

template <class A, class B, std::size_t... I>
consteval bool elements_are_never_apart(std::index_sequence<I...>) {
  return (are_never_apart<std::remove_cv_t<std::tuple_element_t<I, A>>, std::remove_cv_t<std::tuple_element_t<I, B>>>() && ...);
}

/// Whether every value of two types may be taken for one of the other.
template <class A, class B>
consteval bool are_never_apart() {
  using enum Category;
  constexpr Category a = category_of<A>(), b = category_of<B>();
  if constexpr (std::same_as<A, B>)
    return true;
  else if constexpr (a == conversion)
    return are_never_apart<cache_on_disk::detail::Converted<A>, B>();
  else if constexpr (b == conversion)
    return are_never_apart<A, cache_on_disk::detail::Converted<B>>();
  else if constexpr (a == value || b == value)
    return true;
  else if constexpr (may_be_none<A>() && may_be_none<B>())
    return true;
  else if constexpr (a == optional)
    return are_never_apart<typename A::value_type, B>();
  else if constexpr (b == optional)
    return are_never_apart<A, typename B::value_type>();
  else if constexpr (a == time && b == time)
    return ElementTraits<A>::type == ElementTraits<B>::type;
  else if constexpr (a == map && b == map)
    return are_never_apart<typename A::key_type, typename B::key_type>() &&
           are_never_apart<typename A::mapped_type, typename B::mapped_type>();
  else if constexpr ((a == set && b == set) || (a == sequence && b == sequence))
    return are_never_apart<typename A::value_type, typename B::value_type>();
  else if constexpr (a == tuple && b == tuple) {
    if constexpr (std::tuple_size_v<A> == std::tuple_size_v<B>)
      return elements_are_never_apart<A, B>(std::make_index_sequence<std::tuple_size_v<A>>());
    else
      return false;
  } else {
    constexpr Category kind = kind_of_object<A>();
    return kind == kind_of_object<B>() && (kind == boolean || kind == integer || kind == floating || kind == complex ||
                                           (a != bytes && b != bytes && kind == text));
  }
}

/// Whether some two alternatives of a variant are never apart.
template <class... T>
consteval bool holds_types_alike(std::type_identity<std::variant<T...>>) {
  const auto is_met_again = []<class A>(std::type_identity<A>) { return (int{are_never_apart<A, T>()} + ... + 0) > 1; };
  return (is_met_again(std::type_identity<T>()) || ...);
}

}  // namespace cache_on_disk::pickle
