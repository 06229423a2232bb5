// `CACHE_ON_DISK_FIELDS`: the one line that makes a struct cacheable, as a dict of its fields.
//
//   struct Fit {
//     double slope;
//     std::vector<std::string> stars;
//   };
//   CACHE_ON_DISK_FIELDS(Fit, slope, stars)      // for Python: {'slope': 0.8, 'stars': ['HD 1', 'HD 2']}
//
//   class Spot {
//     double x_ = 0, y_ = 0;
//     CACHE_ON_DISK_PRIVATE_FIELDS(Spot, x_, y_)  // inside the class, where its fields are private
//   };
//
// A field is named as written, without one '_' at its end; fields of base classes may be listed, too. Every field must be of a
// type that can be cached itself, or of this very type in a container. Such a struct may be a cached value, part of one, and an
// argument.
//
// Reading takes a dict with exactly these keys, and starts from a default-constructed object. A type for which that is not right
// has a `Conversion` (conversion.hpp). At most 340 fields.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "cache_on_disk/detail/macros/macro_list.hpp"

/// At namespace scope, in the namespace of the type: the type and its fields, which are public. All fields must be listed, as far
/// as the compiler can count them; private ones, and const or reference fields, prevent that.
#define CACHE_ON_DISK_FIELDS(Type, ...)                                                                                \
  [[maybe_unused]] inline void cache_on_disk_check_fields(const Type* cache_on_disk_object_) {                         \
    CACHE_ON_DISK_FOR_EACH_(CACHE_ON_DISK_CHECK_FIELD_, __VA_ARGS__)                                                   \
    static_assert(                                                                                                     \
        ::cache_on_disk::detail::has_no_more_fields<Type, 0 CACHE_ON_DISK_FOR_EACH_(CACHE_ON_DISK_COUNT_FIELD_,        \
                                                                                    __VA_ARGS__)>(),                   \
        "CACHE_ON_DISK_FIELDS(" #Type                                                                                  \
        ", ...) does not list all fields, and what is not listed would be lost when a value is read: list it, or, if " \
        "that is meant, write CACHE_ON_DISK_PRIVATE_FIELDS inside the struct");                                        \
    static_cast<void>(cache_on_disk_object_);                                                                          \
  }                                                                                                                    \
  CACHE_ON_DISK_FIELDS_(, Type, __VA_ARGS__)

/// Inside the class, which may be a template: the class and those of its fields that make its value. Leaves private what was
/// private.
#define CACHE_ON_DISK_PRIVATE_FIELDS(Type, ...) CACHE_ON_DISK_FIELDS_(friend, Type, __VA_ARGS__)

// The last parameter keeps objects of derived classes, which have more to store, from being taken for their
// bases.
#define CACHE_ON_DISK_FIELDS_(specifier, Type, ...)                                                                    \
  template <class Visitor>                                                                                             \
  specifier constexpr void cache_on_disk_visit_fields(Visitor& cache_on_disk_visitor_,                                 \
                                                      const Type& cache_on_disk_object_, ::std::type_identity<Type>) { \
    CACHE_ON_DISK_FOR_EACH_(CACHE_ON_DISK_FIELD_, __VA_ARGS__)                                                         \
  }                                                                                                                    \
  template <class Visitor>                                                                                             \
  specifier constexpr void cache_on_disk_visit_fields(Visitor& cache_on_disk_visitor_, Type& cache_on_disk_object_,    \
                                                      ::std::type_identity<Type>) {                                    \
    CACHE_ON_DISK_FOR_EACH_(CACHE_ON_DISK_FIELD_, __VA_ARGS__)                                                         \
  }

#define CACHE_ON_DISK_FIELD_(name) \
  cache_on_disk_visitor_.field(::cache_on_disk::detail::member_name<#name>(), cache_on_disk_object_.name);
#define CACHE_ON_DISK_COUNT_FIELD_(name) \
  +::cache_on_disk::detail::count_initializers<decltype(cache_on_disk_object_->name)>()

// Says what to write, before the compiler says what is wrong.
#define CACHE_ON_DISK_CHECK_FIELD_(name)                                                                             \
  static_assert(                                                                                                     \
      ::cache_on_disk::detail::compiles_for<decltype(cache_on_disk_object_)>(                                        \
          [](auto* cache_on_disk_this_) -> decltype(void(cache_on_disk_this_->name)) {}),                            \
      "the struct has no field '" #name                                                                              \
      "' that can be reached here: CACHE_ON_DISK_FIELDS takes public fields, written as in the struct; for private " \
      "ones write CACHE_ON_DISK_PRIVATE_FIELDS inside the class");                                                   \
  static_assert(!::cache_on_disk::detail::compiles_for<decltype(cache_on_disk_object_)>(                             \
                    [](auto* cache_on_disk_this_) -> decltype(void(cache_on_disk_this_->name)) {}) ||                \
                    ::cache_on_disk::detail::compiles_for<decltype(cache_on_disk_object_)>(                          \
                        [](auto* cache_on_disk_this_)                                                                \
                            -> ::std::enable_if_t<!::std::is_reference_v<decltype(cache_on_disk_this_->name)>,       \
                                                  decltype(void(&cache_on_disk_this_->name))> {}),                   \
                "the field '" #name                                                                                  \
                "' is a bit-field or a reference, which cannot be read back: give it a type of its own, or the "     \
                "struct a Conversion "                                                                               \
                "(conversion.hpp)");

namespace cache_on_disk::detail {

/// Whether an expression on a pointer to an object compiles.
template <class Pointer, class Expression>
consteval bool compiles_for(Expression) {
  return std::is_invocable_v<Expression, Pointer>;
}

/// How many initializers a field takes in a list: one, but for an array one for each element.
template <class Field>
consteval std::size_t count_initializers() {
  if constexpr (std::is_array_v<Field>)
    return std::extent_v<Field> * count_initializers<std::remove_extent_t<Field>>();
  else
    return 1;
}

/// Becomes any field, and no base: those of a base are listed with the struct's own.
template <class Owner>
struct AnyField {
  template <class T>
    requires(!std::is_base_of_v<T, Owner>)
  operator T() const;
};
template <class T, std::size_t... I>
consteval bool takes_initializers(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), AnyField<T>())...}; };
}
/// False if the struct takes more initializers than `count`: it has fields that are not listed.
template <class T, std::size_t count>
consteval bool has_no_more_fields() {
  if constexpr (std::is_aggregate_v<T>)
    return !takes_initializers<T>(std::make_index_sequence<count + 1>());
  else
    return true;
}

/// Takes whatever fields there are.
struct AnyVisitor {
  template <class T>
  constexpr void field(std::string_view, const T&) {
    ++count;
  }
  std::size_t count = 0;
};

/// Types that have their fields listed.
template <class T>
concept HasFields =
    requires(AnyVisitor& visitor, T& object) { cache_on_disk_visit_fields(visitor, object, std::type_identity<T>()); };

}  // namespace cache_on_disk::detail
