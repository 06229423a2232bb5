// CACHE_ON_DISK_FIELDS(Type, fields...): the one line that makes a struct cacheable, as a dict of its fields.
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
// A field is named as written, without one '_' at its end; fields of base classes may be listed too. Every
// field must be of a type that can be cached itself, or of this very type in a container. Reading takes a
// dict with exactly these keys, and starts from a default-constructed object. A type for which that is not
// right has a Conversion (conversion.hpp). At most 340 fields.
#pragma once

#include <type_traits>

#include "cache_on_disk/macro_list.hpp"

/// At namespace scope, in the namespace of the type.
#define CACHE_ON_DISK_FIELDS(Type, ...) CACHE_ON_DISK_FIELDS_(, Type, __VA_ARGS__)

/// Inside the class, which may be a template; leaves private what was private.
#define CACHE_ON_DISK_PRIVATE_FIELDS(Type, ...) CACHE_ON_DISK_FIELDS_(friend, Type, __VA_ARGS__)

// The last parameter keeps objects of derived classes, which have more to store, from being taken for their
// bases.
#define CACHE_ON_DISK_FIELDS_(specifier, Type, ...)                                                     \
  template <class Visitor>                                                                              \
  specifier constexpr void cache_on_disk_visit_fields(                                                  \
      Visitor& cache_on_disk_visitor_, const Type& cache_on_disk_object_, ::std::type_identity<Type>) { \
    CACHE_ON_DISK_FOR_EACH_(CACHE_ON_DISK_FIELD_, __VA_ARGS__)                                          \
  }                                                                                                     \
  template <class Visitor>                                                                              \
  specifier constexpr void cache_on_disk_visit_fields(                                                  \
      Visitor& cache_on_disk_visitor_, Type& cache_on_disk_object_, ::std::type_identity<Type>) {       \
    CACHE_ON_DISK_FOR_EACH_(CACHE_ON_DISK_FIELD_, __VA_ARGS__)                                          \
  }

#define CACHE_ON_DISK_FIELD_(name) \
  cache_on_disk_visitor_.field(::cache_on_disk::detail::member_name<#name>(), cache_on_disk_object_.name);

namespace cache_on_disk::detail {

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
concept HasFields = requires(AnyVisitor& visitor, T& object) {
  cache_on_disk_visit_fields(visitor, object, std::type_identity<T>());
};

}  // namespace cache_on_disk::detail
