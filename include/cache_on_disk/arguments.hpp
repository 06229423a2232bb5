// The arguments of a call as they stand in the name of its entry.
//
//   Arguments(3, "a").text()            "(3,'a')"
//   Arguments(slopes).text()            "(#90b1...)", 32 digits of a hash over dtype, shape and bytes
//
// Short and plain arguments stand as Python would write them. All others are hashed, from one canonical encoding that tells
// types apart (docs/format.md), so that a C++ and a Python program name the same call alike.
#pragma once

#include <array>
#include <complex>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "cache_on_disk/codec.hpp"

namespace cache_on_disk {

/// Collects arguments one by one. What a Python module uses, too; C++ programs use Arguments below.
class ArgumentList {
 public:
  void none();
  void boolean(bool value);
  void integer(std::int64_t value);
  void unsigned_integer(std::uint64_t value);
  /// An integer of any size, as minimal little-endian two's complement; `decimal` is how it is written.
  void big_integer(std::string_view twos_complement, std::string_view decimal);
  void real(double value);
  void complex(std::complex<double> value);
  /// Text in UTF-8.
  void text(std::string_view value);
  void bytes(std::string_view value);
  /// A member of an enumeration that is no integer, by name.
  void enumerator(std::string_view class_name, std::string_view member);
  /// An array, as its codec encodes it; its memory order makes no difference. Throws std::invalid_argument if the codec
  /// cannot encode it, or not as an array.
  void array(const Result<Encoding>& encoding);
  /// Everything added between these two is one tuple.
  void begin_tuple();
  void end_tuple();
  /// The name of the keyword argument that follows; keywords come last, in the order of their names.
  void keyword(std::string_view name);

  /// "(...)" as it stands in the entry's name.
  std::string name() const;

 private:
  void add(char type, std::string_view encoded, std::string_view written, bool plain);
  void separate();

  std::string encoded_;
  std::string written_;
  bool plain_ = true;
  bool needs_comma_ = false;
};

/// How a C++ type goes into an ArgumentList; specialise it for own types: static void add(ArgumentList&, const T&).
template <class T>
struct ArgumentEncoder;

template <class T>
concept Argument = requires(ArgumentList& list, const T& value) { ArgumentEncoder<T>::add(list, value); };

template <>
struct ArgumentEncoder<bool> {
  static void add(ArgumentList& list, bool value) { list.boolean(value); }
};
template <std::signed_integral T>
struct ArgumentEncoder<T> {
  static void add(ArgumentList& list, T value) { list.integer(value); }
};
template <std::unsigned_integral T>
struct ArgumentEncoder<T> {
  static void add(ArgumentList& list, T value) { list.unsigned_integer(value); }
};
template <class T>
  requires std::same_as<T, float> || std::same_as<T, double>
struct ArgumentEncoder<T> {
  static void add(ArgumentList& list, T value) { list.real(value); }
};
template <class T>
struct ArgumentEncoder<std::complex<T>> {
  static void add(ArgumentList& list, const std::complex<T>& value) { list.complex(value); }
};
template <class T>
  requires std::is_enum_v<T>
struct ArgumentEncoder<T> {
  static void add(ArgumentList& list, T value) {
    using Number = std::underlying_type_t<T>;
    ArgumentEncoder<Number>::add(list, static_cast<Number>(value));
  }
};
template <class T>
  requires std::convertible_to<const T&, std::string_view>
struct ArgumentEncoder<T> {
  static void add(ArgumentList& list, const T& value) { list.text(value); }
};
template <Argument T>
struct ArgumentEncoder<std::optional<T>> {
  static void add(ArgumentList& list, const std::optional<T>& value) {
    if (value)
      ArgumentEncoder<T>::add(list, *value);
    else
      list.none();
  }
};
template <Argument... Ts>
struct ArgumentEncoder<std::tuple<Ts...>> {
  static void add(ArgumentList& list, const std::tuple<Ts...>& value) {
    list.begin_tuple();
    std::apply([&](const Ts&... items) { (ArgumentEncoder<Ts>::add(list, items), ...); }, value);
    list.end_tuple();
  }
};
template <Argument A, Argument B>
struct ArgumentEncoder<std::pair<A, B>> {
  static void add(ArgumentList& list, const std::pair<A, B>& value) {
    list.begin_tuple();
    ArgumentEncoder<A>::add(list, value.first);
    ArgumentEncoder<B>::add(list, value.second);
    list.end_tuple();
  }
};

namespace detail {
template <class T>
concept ScalarArgument =
    std::is_arithmetic_v<T> || std::is_enum_v<T> || std::convertible_to<const T&, std::string_view>;
}  // namespace detail

/// Everything that is stored as an array: vectors, std::array, Array<T>, Eigen matrices, chrono values.
template <class T>
  requires(!detail::ScalarArgument<T> && Cacheable<T>)
struct ArgumentEncoder<T> {
  static void add(ArgumentList& list, const T& value) { list.array(Codec<T>::encode(value)); }
};

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

/// The arguments of one call, for the functions that take a method's name: explain(loop, "psd", Arguments(3)). They must be
/// as many as the method's, and of the same kinds: Arguments(3) are not those of a method that takes a double.
class Arguments {
 public:
  Arguments() = default;
  template <class... Args>
    requires(Argument<std::remove_cvref_t<Args>> && ...) && (sizeof...(Args) > 0)
  explicit Arguments(const Args&... args) : kinds_(detail::argument_kinds<Args...>) {
    (ArgumentEncoder<std::remove_cvref_t<Args>>::add(list_, args), ...);
  }
  std::string text() const { return list_.name(); }
  /// A letter each (detail::argument_kind).
  std::string_view kinds() const { return kinds_; }

 private:
  ArgumentList list_;
  std::string_view kinds_;
};

}  // namespace cache_on_disk
