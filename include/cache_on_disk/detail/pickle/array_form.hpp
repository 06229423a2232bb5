// Forms of arrays, and of nested vectors and std::arrays of numbers, which are arrays: numpy.ndarray.
#pragma once

#include <optional>
#include <utility>

#include "cache_on_disk/any_array.hpp"
#include "cache_on_disk/array.hpp"
#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/pickle/container_form.hpp"
#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/reading.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"

namespace cache_on_disk::pickle {

/// What a function that copies an AnyArray into a Result makes of the value, which must be an array.
template <class T, class FromArray>
std::optional<T> read_array(Reading& reading, const ValueView& value, FromArray from_array) {
  const auto array = reading.array_to_copy(value);
  if (!array) return std::nullopt;
  Result<T> result = from_array(*array);
  if (!result) return reading.refuse_because(value, result.error().message);
  return *std::move(result);
}

template <ArrayElement T>
struct Form<Array<T>> {
  static void write(Writer& writer, const Array<T>& array) {
    writer.array(Dtype::of(ElementTraits<T>::type), array.strided_bytes());
  }
  static std::optional<Array<T>> read(Reading& reading, const ValueView& value) {
    const auto array = reading.array(value);
    if (!array) return std::nullopt;
    auto result = array->as<T>();
    if (!result) return reading.refuse_because(value, result.error().message);
    return *std::move(result);
  }
};

template <>
struct Form<AnyArray> {
  static void write(Writer& writer, const AnyArray& array) { writer.array(array.dtype(), array.strided_bytes()); }
  static std::optional<AnyArray> read(Reading& reading, const ValueView& value) { return reading.array(value); }
};

/// An array, if the lengths make one, else a list of what the rows are. Read from an array of the very dtype,
/// or from a list or tuple.
template <class T>
struct FormOf<T, Category::nested_array> {
  using Nest = cache_on_disk::detail::Nest<T>;
  using Inner = typename T::value_type;

  static void write(Writer& writer, const T& nest) {
    const auto shape = cache_on_disk::detail::shape_of(nest);
    if (!shape) return write_list(writer, nest);
    writer.array(Dtype::of(ElementTraits<typename Nest::Element>::type), *shape,
                 [&nest](npy::RowWriter& rows) { cache_on_disk::detail::write_rows(nest, rows); });
  }

  static std::optional<T> read(Reading& reading, const ValueView& value) {
    if (reading.is_array(value)) return read_array<T>(reading, value, &cache_on_disk::detail::nest_of<T>);
    const Reading::Level level(reading, value);
    if (!level) return std::nullopt;
    if (reading.is_exact() && !cache_on_disk::detail::RaggedArray<T>) return reading.refuse(value, "array");
    const auto elements = reading.sequence(value, ValueKind::list);
    if (!elements) return std::nullopt;
    T nest{};
    if constexpr (requires { nest.resize(elements->size()); })
      nest.resize(elements->size());
    else if (nest.size() != elements->size())
      return reading.refuse_size(value, nest.size());
    for (std::size_t i = 0; i < elements->size(); ++i) {
      auto element = read_item<Inner>(reading, *elements, i);
      if (!element) return std::nullopt;
      nest[i] = *std::move(element);
    }
    return nest;
  }

 private:
  static void write_list(Writer& writer, const T& nest) {
    Writer::Items items = writer.list(nest.size());
    for (const auto& inner : nest) {
      if (!items.next()) return;
      Form<Inner>::write(writer, inner);
    }
    items.end();
  }
};

}  // namespace cache_on_disk::pickle
