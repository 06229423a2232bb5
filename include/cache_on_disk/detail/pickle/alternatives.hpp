// Which alternatives of a std::variant can be told apart by what is stored of them.
//
// Stored is the value alone. Types that are one thing in Python, such as int and long, are refused by the compiler; where only
// some values look alike, such as two empty containers, storing compares (choice_form.hpp).
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "cache_on_disk/any_array.hpp"
#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/key.hpp"

namespace cache_on_disk::pickle {

/// The kind of Python object that all values of a type are; Category::none: several kinds, or nobody knows.
template <class T>
consteval Category kind_of_object() {
  using enum Category;
  constexpr Category category = category_of<T>();
  if constexpr (category == none || std::same_as<T, AnyArray>)
    return nested_array;  // Array<T> and Eigen's have no category
  else if constexpr (category == conversion || category == value || category == optional || category == variant)
    return none;
  else if constexpr (category == nested_array)
    return cache_on_disk::detail::RaggedArray<T> ? none : nested_array;
  else if constexpr (category == enumeration)
    return integer;
  else if constexpr (category == path || category == bytes)
    return text;  // text that is not UTF-8 is stored as bytes
  else if constexpr (category == fields)
    return map;
  else
    return category;
}

/// The type of the elements of an array, where all values of the type have the same.
template <class T>
consteval std::optional<npy::ElementType> element_of_array() {
  if constexpr (category_of<T>() == Category::nested_array)
    return ElementTraits<typename cache_on_disk::detail::Nest<T>::Element>::type;
  else if constexpr (requires { requires ArrayElement<typename T::value_type>; })
    return ElementTraits<typename T::value_type>::type;
  else if constexpr (requires { requires ArrayElement<typename T::Scalar>; })  // Eigen's
    return ElementTraits<typename T::Scalar>::type;
  else
    return std::nullopt;
}

/// Whether no value of one type can be taken for one of the other.
template <class A, class B>
consteval bool are_always_apart() {
  constexpr Category a = kind_of_object<A>(), b = kind_of_object<B>();
  if constexpr (a == Category::none || b == Category::none)
    return false;
  else if constexpr (a == Category::nested_array && b == Category::nested_array)
    return element_of_array<A>() && element_of_array<B>() && element_of_array<A>() != element_of_array<B>();
  else
    return a != b;
}

/// Keeps the names of the fields that it visits.
struct FieldNames {
  std::vector<std::string_view> names{};
  template <class Field>
  void field(std::string_view name, const Field&) {
    names.push_back(name);
  }
};
template <class T>
std::vector<std::string_view> sorted_field_names() {
  const T object{};
  FieldNames visitor;
  cache_on_disk_visit_fields(visitor, object, std::type_identity<T>());
  std::ranges::sort(visitor.names);
  return visitor.names;
}

/// The same as are_always_apart(), and structs with other fields are apart, too.
template <class A, class B>
bool have_nothing_alike() {
  if constexpr (category_of<A>() == Category::fields && category_of<B>() == Category::fields)
    return sorted_field_names<A>() != sorted_field_names<B>();
  else
    return are_always_apart<A, B>();
}

/// Whether some value of an alternative may be taken for one of another.
template <class... T>
bool may_be_mistaken(std::type_identity<std::variant<T...>>) {
  const auto counts_as_one = []<class A>(std::type_identity<A>) {
    return (int{!have_nothing_alike<A, T>()} + ... + 0) > int{!have_nothing_alike<A, A>()};
  };
  static const bool answer = (counts_as_one(std::type_identity<T>()) || ...);
  return answer;
}

template <class A, class B>
consteval bool are_one_thing();

template <class A, class B, std::size_t... I>
consteval bool elements_are_one_thing(std::index_sequence<I...>) {
  return (are_one_thing<std::remove_cv_t<std::tuple_element_t<I, A>>, std::remove_cv_t<std::tuple_element_t<I, B>>>() &&
          ...);
}

/// Whether two types are one thing in Python. (What a Conversion makes of a stored value nobody knows here.)
template <class A, class B>
consteval bool are_one_thing() {
  using enum Category;
  constexpr Category a = category_of<A>(), b = category_of<B>();
  if constexpr (std::same_as<A, B>)
    return true;
  else if constexpr (a == conversion || b == conversion || a == value || b == value)
    return false;
  else if constexpr (may_be_none<A>() && may_be_none<B>())
    return true;
  else if constexpr (a == time && b == time)
    return ElementTraits<A>::type == ElementTraits<B>::type;
  else if constexpr (a == map && b == map)
    return are_one_thing<typename A::key_type, typename B::key_type>() &&
           are_one_thing<typename A::mapped_type, typename B::mapped_type>();
  else if constexpr ((a == set && b == set) || (a == sequence && b == sequence)) {
    if constexpr (std::same_as<typename A::value_type, A> || std::same_as<typename B::value_type, B>)
      return false;  // a tree of itself
    else
      return are_one_thing<typename A::value_type, typename B::value_type>();
  } else if constexpr (a == tuple && b == tuple) {
    if constexpr (std::tuple_size_v<A> == std::tuple_size_v<B>)
      return elements_are_one_thing<A, B>(std::make_index_sequence<std::tuple_size_v<A>>());
    else
      return false;
  } else {
    constexpr Category kind = kind_of_object<A>();
    return kind == kind_of_object<B>() && (kind == boolean || kind == integer || kind == floating || kind == complex ||
                                           (kind == text && a != bytes && b != bytes));
  }
}

/// Whether some two alternatives of a variant are one thing in Python.
template <class... T>
consteval bool holds_one_thing_twice(std::type_identity<std::variant<T...>>) {
  const auto is_met_again = []<class A>(std::type_identity<A>) { return (int{are_one_thing<A, T>()} + ... + 0) > 1; };
  return (is_met_again(std::type_identity<T>()) || ...);
}

}  // namespace cache_on_disk::pickle
