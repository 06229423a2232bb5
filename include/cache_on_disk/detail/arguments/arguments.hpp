// The arguments of a call as they stand in the name of its entry.
//
//   Arguments(3, "a").text()            "(3,'a')"
//   Arguments(slopes).text()            "(#90b1...)", 32 digits of a hash over dtype, shape and bytes
//
// Short and plain arguments stand as Python would write them. All others are hashed, from one canonical encoding that tells
// types apart (docs/format.md), so that a C++ and a Python program name the same call alike.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

#include "cache_on_disk/detail/arguments/argument_encoder.hpp"
#include "cache_on_disk/detail/arguments/argument_list.hpp"

namespace cache_on_disk {

namespace detail {

/// A letter for what an argument's text in a name depends on: 3 and 3.0 are different arguments. '?' for types of which only
/// the value tells.
template <class T>
consteval char argument_kind() {
  if constexpr (std::is_same_v<T, bool>)
    return 'b';
  else if constexpr (std::is_enum_v<T>)
    return argument_kind<std::underlying_type_t<T>>();
  else if constexpr (std::is_integral_v<T>)
    return 'i';
  else if constexpr (std::is_floating_point_v<T>)
    return 'f';
  else if constexpr (std::convertible_to<const T&, std::string_view>)
    return 's';
  else
    return '?';
}
template <class... Args>
inline constexpr char argument_kinds[] = {argument_kind<std::remove_cvref_t<Args>>()..., '\0'};

}  // namespace detail

/// The arguments of one call, for the functions that take a method's name: `explain(loop, "psd", Arguments(3))`. They must be
/// as many as the method's, and of the same kinds: `Arguments(3)` are not those of a method that takes a double. They hold
/// what they were made of as text, and refer to nothing.
class Arguments {
 public:
  /// None: of a method without arguments, or of all calls of one that has some.
  Arguments() = default;
  /// Of any types that the arguments of a cell may have.
  template <class... Args>
    requires(sizeof...(Args) > 0 && !(std::same_as<std::remove_cvref_t<Args>, Arguments> || ...))
  explicit Arguments(const Args&... args) : kinds_(detail::argument_kinds<Args...>) {
    (detail::add_argument<std::remove_cvref_t<Args>>(list_, args), ...);
  }
  /// "(3,'a')", as it stands in the entry's name. Throws `std::invalid_argument`, which says why, if they cannot name a value.
  std::string text() const { return list_.name(); }
  /// Why they cannot: nested too deeply, say. Empty if they can.
  const std::string& refusal() const noexcept { return list_.refusal(); }
  /// For the library: a letter for the kind of each.
  std::string_view kinds() const { return kinds_; }

 private:
  ArgumentList list_;
  std::string_view kinds_;
};

}  // namespace cache_on_disk
