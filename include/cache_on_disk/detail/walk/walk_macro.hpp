// CACHE_ON_DISK(Class, bases(Base...), members...): the one line a class needs; walk.hpp tells what it stands for.
//
// At most 340 members and bases. A member is named as written, without one '_' at its end.
#pragma once

#include "cache_on_disk/detail/macros/macro_list.hpp"
#include "cache_on_disk/detail/walk/walker.hpp"

/// At the end of a class: the class, `bases(...)` with the base classes that have cached methods, and the members that hold or
/// lead to such, in any order; all may be private. A member is named as written, without one '_' at its end. At most 340
/// members and bases.
#define CACHE_ON_DISK(Class, ...) CACHE_ON_DISK_WALK_(, Class __VA_OPT__(, ) __VA_ARGS__)

/// The same for the root of a class hierarchy whose objects are reached through pointers to it, and for a class that joins two
/// such hierarchies: a pointer to the base then leads to the members of the derived class, which uses `CACHE_ON_DISK`.
#define CACHE_ON_DISK_VIRTUAL(Class, ...)                   \
  using cache_on_disk_virtual_walk [[maybe_unused]] = void; \
  CACHE_ON_DISK_WALK_(virtual, Class __VA_OPT__(, ) __VA_ARGS__)

// A derived class's walk overrides that of its base, if the base has a virtual one. This macro cannot know, and no
// compiler shall complain of it in a user's class.
#if defined(__clang__)
#define CACHE_ON_DISK_QUIET_                                                                               \
  _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Winconsistent-missing-override\"") \
      _Pragma("clang diagnostic ignored \"-Wsuggest-override\"")
#define CACHE_ON_DISK_LOUD_ _Pragma("clang diagnostic pop")
#else
#define CACHE_ON_DISK_QUIET_ _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wsuggest-override\"")
#define CACHE_ON_DISK_LOUD_ _Pragma("GCC diagnostic pop")
#endif

#define CACHE_ON_DISK_WALK_(specifier, Class, ...)                                                \
  CACHE_ON_DISK_QUIET_                                                                            \
  friend struct ::cache_on_disk::detail::WalkAccess;                                              \
  specifier void cache_on_disk_walk(::cache_on_disk::core::Walker& cache_on_disk_walker_) const { \
    static_assert(::cache_on_disk::detail::is_class_of<Class>(decltype(this)()),                  \
                  "CACHE_ON_DISK names another class than the one it stands in");                 \
    ::cache_on_disk::ClassWalk cache_on_disk_walk_(cache_on_disk_walker_, *this, #Class);         \
    if (!cache_on_disk_walk_) return;                                                             \
    CACHE_ON_DISK_FOR_EACH_(CACHE_ON_DISK_VISIT_ __VA_OPT__(, ) __VA_ARGS__)                      \
  }                                                                                               \
  CACHE_ON_DISK_LOUD_

// One argument: bases(...) if pasting it to this prefix gives a macro that has two arguments, else a member.
#define CACHE_ON_DISK_VISIT_(argument) \
  CACHE_ON_DISK_SECOND_(CACHE_ON_DISK_AS_##argument, CACHE_ON_DISK_MEMBER_)(argument)
#define CACHE_ON_DISK_AS_bases(...) ~, CACHE_ON_DISK_BASES_
#define CACHE_ON_DISK_SECOND_(...) CACHE_ON_DISK_SECOND_OF_(__VA_ARGS__, ~, ~)
#define CACHE_ON_DISK_SECOND_OF_(first, second, ...) second

#define CACHE_ON_DISK_MEMBER_(name)                                                                                  \
  ::cache_on_disk::detail::must_not_be_static<decltype(name)>(                                                       \
      [](auto* cache_on_disk_object_) -> decltype(&::std::remove_pointer_t<decltype(cache_on_disk_object_)>::name) { \
        return nullptr;                                                                                              \
      },                                                                                                             \
      this);                                                                                                         \
  cache_on_disk_walk_.member(::cache_on_disk::core::Literal(::cache_on_disk::detail::member_name<#name>()), name);
#define CACHE_ON_DISK_BASES_(list) CACHE_ON_DISK_BASES_OF_##list
#define CACHE_ON_DISK_BASES_OF_bases(...) \
  __VA_OPT__(::cache_on_disk::detail::visit_bases<__VA_ARGS__>(cache_on_disk_walk_);)
