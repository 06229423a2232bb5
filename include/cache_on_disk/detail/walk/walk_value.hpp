// Following a walk through values of any type: which types can hold cells, and how their parts are named.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "cache_on_disk/detail/walk/walker.hpp"

namespace cache_on_disk::detail {

/// The one friend of user classes.
struct WalkAccess {
  template <class T>
  static auto walk(const T& object, core::Walker& walker) -> decltype(object.cache_on_disk_walk(walker)) {
    return object.cache_on_disk_walk(walker);
  }
  /// The name is looked up in the object's class first, where a short one might be the user's own base class.
  template <class CacheOnDiskWalkedBase>
  static void walk_as(const CacheOnDiskWalkedBase& object, core::Walker& walker) {
    object.CacheOnDiskWalkedBase::cache_on_disk_walk(walker);
  }
  template <class T>
  static constexpr bool is_virtual = requires { typename T::cache_on_disk_virtual_walk; };
};

template <class T>
concept HasWalk = requires(const T& object, core::Walker& walker) { WalkAccess::walk(object, walker); };

template <class T, template <class...> class Template>
inline constexpr bool is_a = false;
template <template <class...> class Template, class... Ts>
inline constexpr bool is_a<Template<Ts...>, Template> = true;

template <class T>
concept Pointer = std::is_pointer_v<T> || is_a<T, std::unique_ptr> || is_a<T, std::shared_ptr> ||
                  is_a<T, std::weak_ptr> || is_a<T, std::reference_wrapper>;
/// A std::unique_ptr<T[]> or std::shared_ptr<T[]>.
template <class T>
inline constexpr bool points_at_array = false;
template <class T, class... Deleter>
inline constexpr bool points_at_array<std::unique_ptr<T[], Deleter...>> = true;
template <class T>
inline constexpr bool points_at_array<std::shared_ptr<T[]>> = true;
template <class T>
inline constexpr bool points_at_array<std::weak_ptr<T[]>> = true;
template <class T>
concept Alternatives = is_a<T, std::variant>;
template <class T>
concept TupleLike = is_a<T, std::pair> || is_a<T, std::tuple>;
template <class T>
concept Map = std::ranges::range<T> && requires {
  typename T::key_type;
  typename T::mapped_type;
};
template <class T>
concept Set = std::ranges::range<T> && requires { typename T::key_type; } && !Map<T>;
template <class T>
concept Text = std::convertible_to<const T&, std::string_view>;

template <class T>
struct Pointee {
  using type = typename T::element_type;
};
template <class T>
struct Pointee<T*> {
  using type = T;
};
template <class T>
struct Pointee<std::reference_wrapper<T>> {
  using type = T;
};

template <class T>
constexpr bool holds_cells();

template <class Tuple, std::size_t... I>
constexpr bool any_holds_cells(std::index_sequence<I...>) {
  return (holds_cells<std::tuple_element_t<I, Tuple>>() || ...);
}
template <class... Ts>
constexpr bool any_alternative_holds_cells(const std::variant<Ts...>*) {
  return (holds_cells<Ts>() || ...);
}

/// True if a value of this type may lead to cells.
template <class Value>
constexpr bool holds_cells() {
  using T = std::remove_cvref_t<Value>;
  if constexpr (std::is_base_of_v<core::Cell, T>)
    return true;
  else if constexpr (HasWalk<T>)
    return true;
  else if constexpr (Pointer<T>)
    return holds_cells<typename Pointee<T>::type>();
  else if constexpr (is_a<T, std::optional>)
    return holds_cells<typename T::value_type>();
  else if constexpr (Alternatives<T>)
    return any_alternative_holds_cells(static_cast<const T*>(nullptr));
  else if constexpr (TupleLike<T>)
    return any_holds_cells<T>(std::make_index_sequence<std::tuple_size_v<T>>());
  else if constexpr (Map<T>)
    return holds_cells<typename T::mapped_type>();
  else if constexpr (Text<T>)
    return false;
  else if constexpr (std::ranges::input_range<const T>) {
    using Element = std::remove_cvref_t<std::ranges::range_reference_t<const T>>;
    if constexpr (std::is_same_v<Element, T>)
      return false;
    else
      return holds_cells<Element>();
  } else
    return false;
}

/// A map's key as it stands in a name.
template <class Key>
struct KeyText;  // no stable text: values under such keys are left out

template <class Key>
concept Nameable = requires(const Key& key) {
  { KeyText<Key>::text(key) } -> std::same_as<std::string>;
};

template <>
struct KeyText<bool> {
  static std::string text(bool key) { return key ? "True" : "False"; }
};
template <std::integral Key>
struct KeyText<Key> {
  static std::string text(Key key) { return std::to_string(key); }
};
template <class Key>
  requires std::is_enum_v<Key>
struct KeyText<Key> {
  static std::string text(Key key) { return std::to_string(static_cast<std::underlying_type_t<Key>>(key)); }
};
template <Text Key>
struct KeyText<Key> {
  static std::string text(const Key& key) {
    if constexpr (std::is_pointer_v<Key>)
      return key != nullptr ? core::key_text(key) : "None";
    else
      return core::key_text(key);
  }
};
template <class Tuple, std::size_t... I>
constexpr bool all_nameable(std::index_sequence<I...>) {
  return sizeof...(I) > 0 && (Nameable<std::tuple_element_t<I, Tuple>> && ...);
}
template <TupleLike Key>
  requires(all_nameable<Key>(std::make_index_sequence<std::tuple_size_v<Key>>()))
struct KeyText<Key> {
  static std::string text(const Key& key) {
    const auto join = [](const auto& first, const auto&... rest) {
      std::string text("(");
      text += KeyText<std::remove_cvref_t<decltype(first)>>::text(first);
      ((text += "," + KeyText<std::remove_cvref_t<decltype(rest)>>::text(rest)), ...);
      return text + (sizeof...(rest) == 0 ? ",)" : ")");
    };
    return std::apply(join, key);
  }
};

/// True for maps whose values get names: in a multimap several would have the same one.
template <class T>
constexpr bool has_named_values() {
  if constexpr (Map<T>)
    return Nameable<typename T::key_type> && requires(const T& map, const typename T::key_type& key) { map.at(key); };
  else
    return false;
}

template <class T>
void walk_value(core::Walker& walker, const T& value);

template <class T>
void walk_pointee(core::Walker& walker, const T* pointee) {
  static_assert(!std::is_polymorphic_v<T> || std::is_final_v<T> || WalkAccess::is_virtual<T>,
                "a pointer to this polymorphic class may lead to a derived one, whose members would be missed: use "
                "CACHE_ON_DISK_VIRTUAL in the base class");
  if (pointee != nullptr) walk_value(walker, *pointee);
}

template <class Tuple, std::size_t... I>
void walk_tuple(core::Walker& walker, const Tuple& tuple, std::index_sequence<I...>) {
  const auto walk_element = [&](const auto& element, std::int64_t index) {
    if constexpr (holds_cells<decltype(element)>()) {
      const auto step = core::Walker::Step::index(walker, index);
      walk_value(walker, element);
    }
  };
  (walk_element(std::get<I>(tuple), I), ...);
}

/// Visits what the value is or holds; the walker bears its name.
template <class T>
void walk_value(core::Walker& walker, const T& value) {
  static_assert(!std::is_base_of_v<core::Cell, T>,
                "a cell is a member of a class, whose CACHE_ON_DISK(...) names it: put this one into a class");
  static_assert(!points_at_array<T>, "nobody knows how many elements this pointer leads to: use a std::vector");
  if constexpr (HasWalk<T>) {
    WalkAccess::walk(value, walker);
  } else if constexpr (is_a<T, std::weak_ptr>) {
    if (const auto locked = value.lock()) walk_pointee(walker, locked.get());
  } else if constexpr (std::is_pointer_v<T>) {
    walk_pointee(walker, value);
  } else if constexpr (is_a<T, std::reference_wrapper>) {
    walk_pointee(walker, &value.get());
  } else if constexpr (Pointer<T>) {
    walk_pointee(walker, value.get());
  } else if constexpr (is_a<T, std::optional>) {
    if (value) walk_value(walker, *value);
  } else if constexpr (Alternatives<T>) {
    if (!value.valueless_by_exception())
      std::visit(
          [&](const auto& held) {
            if constexpr (holds_cells<decltype(held)>()) walk_value(walker, held);
          },
          value);
  } else if constexpr (TupleLike<T>) {
    walk_tuple(walker, value, std::make_index_sequence<std::tuple_size_v<T>>());
  } else if constexpr (has_named_values<T>()) {
    for (const auto& [key, mapped] : value) {
      const auto step = core::Walker::Step::key(walker, KeyText<typename T::key_type>::text(key));
      walk_value(walker, mapped);
    }
  } else if constexpr (Map<T> || Set<T>) {
    if (!value.empty()) walker.skip_unnamed(typeid(T));
  } else if constexpr (holds_cells<T>()) {
    std::int64_t index = 0;
    for (const auto& element : value) {
      const auto step = core::Walker::Step::index(walker, index++);
      walk_value(walker, element);
    }
  }
}

}  // namespace cache_on_disk::detail
