// What may go into a cell unseen, and what the compiler refuses: a value that would be rounded, cut or left dangling on its way
// would be cached for good, and an argument that is would name the entry of another call.
#pragma once

#include <concepts>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace cache_on_disk::detail {

/// True of a number type all of whose values another one has.
template <class From, class To>
consteval bool fits() {
  if constexpr (std::is_same_v<From, To>)
    return true;
  else if constexpr (std::is_same_v<To, bool> || std::is_same_v<From, bool>)
    return std::is_same_v<From, bool>;
  else if constexpr (std::is_floating_point_v<From> && !std::is_floating_point_v<To>)
    return false;
  else
    return std::numeric_limits<From>::digits <= std::numeric_limits<To>::digits &&
           (std::is_signed_v<To> || !std::is_signed_v<From>);
}

/// True if making a To of a From, as C++ does unasked, may change the value. Looks into pairs, tuples and optionals.
template <class From, class To>
struct ChangesValue : std::false_type {};
template <class From, class To>
  requires std::is_arithmetic_v<From> && std::is_arithmetic_v<To>
struct ChangesValue<From, To> : std::bool_constant<!fits<From, To>()> {};
template <class From>
  requires std::is_pointer_v<From> || std::is_null_pointer_v<From> || std::is_member_pointer_v<From>
struct ChangesValue<From, bool> : std::true_type {};
template <class From, class To>
  requires std::is_enum_v<From> && std::is_arithmetic_v<To>
struct ChangesValue<From, To> : ChangesValue<std::underlying_type_t<From>, To> {};
template <template <class...> class Of, class... From, class... To>
  requires(sizeof...(From) == sizeof...(To) && !(std::is_same_v<From, To> && ...))
struct ChangesValue<Of<From...>, Of<To...>> : std::disjunction<ChangesValue<From, To>...> {};

/// True of what a function returns that only refers to what is gone by then. Headers of other libraries' types say so
/// (eigen.hpp).
template <class Returned>
inline constexpr bool dangles = false;

/// True, or an error that says what the function of a cell should return.
template <class F, class T>
consteval bool must_return() {
  using Returned = std::invoke_result_t<F>;
  static_assert(!std::is_void_v<Returned>, "the function returns nothing: return the value that is to be cached");
  if constexpr (!std::is_void_v<Returned>) {
    static_assert(std::is_convertible_v<Returned, T>, "the function must return this cell's type");
    static_assert(!ChangesValue<std::remove_cvref_t<Returned>, T>::value,
                  "the function returns a type whose values do not all fit into this cell's: convert it yourself "
                  "(static_cast, std::lround), or change the cell's type");
    static_assert(
        !dangles<std::remove_cvref_t<Returned>> || std::is_same_v<std::remove_cvref_t<Returned>, T>,
        "the function returns an expression that refers to its local variables: return a matrix made of it, such as "
        "Eigen::MatrixXd(...), or give the lambda the return type -> Eigen::MatrixXd");
  }
  return true;
}

/// An error that says what to write in place of what was given to the cell of a method without arguments.
template <class... Given>
consteval bool must_be_a_function() {
  static_assert(sizeof...(Given) != 0,
                "a cell is called with the function that computes its value: cell_([&] { return ...; })");
  static_assert(sizeof...(Given) != 1,
                "a cell takes the function, not its value, and one without parameters: "
                "cell_([&] { return compute(x); }), not cell_(compute(x)) or cell_([](X x) { ... })");
  return true;
}

/// True of what names the same characters as a text: std::string takes a std::string_view only if it is told to.
template <class T, class Argument>
concept TextFor = std::is_convertible_v<T, std::string_view> && std::is_convertible_v<const char*, Argument> &&
                  std::is_constructible_v<Argument, std::string_view>;

/// An argument of a call, as it was given or made of it: for parameters of a call operator, which would convert unseen. Refers
/// to what it was given, so it lives no longer than the full expression.
template <class Argument>
class Given {
 public:
  Given(const Argument& argument) noexcept : given_(&argument) {}
  template <class T>
    requires(!std::same_as<std::remove_cvref_t<T>, Argument> &&
             (std::is_convertible_v<T, Argument> || TextFor<T, Argument>))
  Given(T&& given) {
    static_assert(
        !ChangesValue<std::remove_cvref_t<T>, Argument>::value,
        "this argument would be rounded or cut to the type that the cell takes, and would name another call's "
        "entry: convert it yourself (static_cast, std::lround), or change the cell's type");
    if constexpr (std::is_convertible_v<T, Argument>)
      made_ = Argument(std::forward<T>(given));
    else
      made_.emplace(std::string_view(given));
  }
  /// Of a container or tuple written in braces.
  template <class A = Argument>
    requires std::constructible_from<A, std::initializer_list<typename A::value_type>>
  Given(std::initializer_list<typename A::value_type> elements) : made_(Argument(elements)) {}
  template <class... T>
    requires(sizeof...(T) > 1 && requires(T&&... parts) { Argument{std::forward<T>(parts)...}; })
  Given(T&&... parts) : made_(Argument{std::forward<T>(parts)...}) {}
  Given(const Given&) = delete;
  Given& operator=(const Given&) = delete;

  const Argument& get() const noexcept { return made_ ? *made_ : *given_; }

 private:
  std::optional<Argument> made_;
  const Argument* given_ = nullptr;
};

/// True of what a cell with these arguments takes: one for each, and a function without parameters.
template <class Given, class... Arguments>
inline constexpr bool is_call = false;
template <class... Given, class... Arguments>
  requires(sizeof...(Given) == sizeof...(Arguments) + 1 || sizeof...(Given) == sizeof...(Arguments) + 2)
inline constexpr bool is_call<std::tuple<Given...>, Arguments...> = []<std::size_t... i>(std::index_sequence<i...>) {
  using All = std::tuple<Given...>;
  return (std::is_convertible_v<std::tuple_element_t<i, All>, cache_on_disk::detail::Given<Arguments>> && ...) &&
         std::is_invocable_v<std::remove_reference_t<std::tuple_element_t<sizeof...(i), All>>&>;
}(std::index_sequence_for<Arguments...>());

}  // namespace cache_on_disk::detail
