// Forms of Quantity and Masked: what calls astropy.units.Quantity and numpy.ma.MaskedArray gives.
#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "cache_on_disk/array.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/pickle/array_form.hpp"
#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/reading.hpp"
#include "cache_on_disk/detail/pickle/scalar_form.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"
#include "cache_on_disk/dtype.hpp"

namespace cache_on_disk::pickle {

/// The elements of what a Quantity or Masked may hold; void for everything else.
template <class T>
struct ElementOf {
  using type = void;
};
template <class T>
  requires(std::floating_point<T> && sizeof(T) <= sizeof(double))
struct ElementOf<T> {
  using type = T;
};
template <class T>
struct ElementOf<std::complex<T>> {
  using type = std::complex<T>;
};
template <class T>
struct ElementOf<Array<T>> {
  using type = T;
};
template <cache_on_disk::detail::NestedArray T>
struct ElementOf<T> {
  using type = typename cache_on_disk::detail::Nest<T>::Element;
};
template <class T>
  requires requires(T& matrix) {
    typename T::Scalar;
    matrix.setZero();
  }
struct ElementOf<T> {
  using type = typename T::Scalar;
};

/// What is called, before its first argument.
CACHE_ON_DISK_EXPORT void begin_quantity(Writer& writer);
CACHE_ON_DISK_EXPORT void begin_masked(Writer& writer);
/// The other arguments of a quantity, and the call. `dtype`: of integers, which astropy would otherwise make
/// floats.
CACHE_ON_DISK_EXPORT void end_quantity(Writer& writer, std::string_view unit, const npy::Dtype* dtype);
CACHE_ON_DISK_EXPORT void end_masked(Writer& writer);

template <class T>
struct FormOf<T, Category::quantity> {
  using Number = decltype(T::value);
  using Element = typename ElementOf<Number>::type;
  static_assert(!std::is_void_v<Element>,
                "the value of a Quantity must be a float, a double, a complex, an Array, a vector or std::array "
                "of numbers, or an Eigen matrix");
  static void write(Writer& writer, const T& quantity) {
    begin_quantity(writer);
    Form<Number>::write(writer, quantity.value);
    if constexpr (std::integral<Element>) {
      const auto dtype = npy::Dtype::of(ElementTraits<Element>::type);
      end_quantity(writer, quantity.unit, &dtype);
    } else {
      end_quantity(writer, quantity.unit, nullptr);
    }
  }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const auto parts = reading.quantity(value);
    if (!parts) return std::nullopt;
    auto number = Form<Number>::read(reading, parts->first);
    if (!number) return std::nullopt;
    return T{*std::move(number), parts->second};
  }
};

template <class T>
struct FormOf<T, Category::masked> {
  using Data = decltype(T::data);
  using Element = typename ElementOf<Data>::type;
  static_assert(!std::is_void_v<Element> && !std::same_as<Element, Data>,
                "the data of a Masked must be an Array, a vector or std::array of numbers, or an Eigen matrix");
  static void write(Writer& writer, const T& masked) {
    begin_masked(writer);
    Form<Data>::write(writer, masked.data);
    Form<Array<bool>>::write(writer, masked.mask);
    end_masked(writer);
  }
  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const auto parts = reading.masked(value);
    if (!parts) return std::nullopt;
    auto data = Form<Data>::read(reading, parts->first);
    auto mask = data ? Form<Array<bool>>::read(reading, parts->second) : std::nullopt;
    if (!mask) return std::nullopt;
    return T{*std::move(data), *std::move(mask)};
  }
};

}  // namespace cache_on_disk::pickle
