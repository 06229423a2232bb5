// Forms of containers: list, tuple, set, dict.
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/pickle/canonical_order.hpp"
#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/key.hpp"
#include "cache_on_disk/detail/pickle/reading.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"

namespace cache_on_disk::pickle {

/// Reads one item of a list or tuple as a T.
template <class T>
std::optional<T> read_item(Reading& reading, const ValueItems& items, std::size_t index) {
  return reading.at_index(index, Form<T>::read(reading, items[index]));
}

/// A list; read from a list, a tuple, or an array of one dimension.
template <class T>
struct FormOf<T, Category::sequence> {
  using Element = typename T::value_type;

  static void write(Writer& writer, const T& sequence) {
    const Writer::Level level(writer);
    if (!level) return;
    Writer::Items items = writer.list(sequence.size());
    for (const Element& element : sequence) {
      if (!items.next()) return;
      Form<Element>::write(writer, element);
    }
    items.end();
  }

  static std::optional<T> read(Reading& reading, const ValueView& value) {
    if (reading.is_array(value) && !reading.is_exact()) return from_array(reading, value);
    const Reading::Level level(reading, value);
    if (!level) return std::nullopt;
    const auto elements = reading.sequence(value, ValueKind::list);
    if (!elements) return std::nullopt;
    T sequence;
    if constexpr (requires { sequence.reserve(elements->size()); }) sequence.reserve(elements->size());
    for (std::size_t i = 0; i < elements->size(); ++i) {
      auto element = read_item<Element>(reading, *elements, i);
      if (!element) return std::nullopt;
      sequence.push_back(*std::move(element));
    }
    return sequence;
  }

 private:
  static std::optional<T> from_array(Reading& reading, const ValueView& value) {
    const auto array = reading.array_to_copy(value);
    if (!array) return std::nullopt;
    T sequence;
    if constexpr (ArrayElement<Element>) {
      const auto elements = cache_on_disk::detail::array_of<Element>(*array, 1);
      if (!elements) return reading.refuse_because(value, elements.error().message);
      for (const Element& element : *elements) sequence.push_back(element);
      return sequence;
    } else if constexpr (std::same_as<Element, std::string>) {
      for (std::size_t i = 0; array->rank() == 1 && i < array->size(); ++i) {
        auto text = array->text(i);
        if (!text) return reading.refuse_because(value, text.error().message);
        sequence.push_back(*std::move(text));
      }
      if (array->rank() == 1) return sequence;
    }
    return reading.refuse(value, "list or tuple");
  }
};

/// A tuple, of std::tuple, std::pair, and of a std::array whose elements make no array of numbers; read from
/// a tuple or a list of that length.
template <class T>
struct FormOf<T, Category::tuple> {
  static constexpr std::size_t size = std::tuple_size_v<T>;
  template <std::size_t I>
  using Element = std::remove_cv_t<std::tuple_element_t<I, T>>;

  static void write(Writer& writer, const T& tuple) {
    const Writer::Level level(writer);
    if (!level) return;
    Writer::Items items = writer.tuple(size);
    const auto write_element = [&]<std::size_t I>(const Element<I>& element) {
      items.next();
      Form<Element<I>>::write(writer, element);
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      using std::get;
      (write_element.template operator()<I>(get<I>(tuple)), ...);
    }(std::make_index_sequence<size>());
    items.end();
  }

  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const Reading::Level level(reading, value);
    if (!level) return std::nullopt;
    const auto elements = reading.sequence(value, ValueKind::tuple);
    if (!elements) return std::nullopt;
    if (elements->size() != size) return reading.refuse_size(value, size);
    // Read in order, and only as far as all goes well.
    return read_elements(reading, *elements, std::make_index_sequence<size>());
  }

 private:
  template <std::size_t... I>
  static std::optional<T> read_elements(Reading& reading, const ValueItems& items, std::index_sequence<I...>) {
    std::tuple<std::optional<Element<I>>...> elements;
    if (!((std::get<I>(elements) = read_item<Element<I>>(reading, items, I)) && ...)) return std::nullopt;
    return T{*std::move(std::get<I>(elements))...};
  }
};

inline constexpr const char* too_crowded = "a thousand other keys have the same place in the hash table";

/// Whether a hash table has so many keys where this one belongs that filling it takes time by the square of
/// their number. Hashes of numbers and text can be foreseen, and a file may hold what was made for that.
template <class T, class Key>
bool is_crowded(const T& table, const Key& key) {
  if constexpr (requires { table.begin(table.bucket(key)); }) {
    if (table.bucket_count() == 0) return false;
    constexpr int most = 1000;
    const auto bucket = table.bucket(key);
    int count = 0;
    for (auto at = table.begin(bucket); at != table.end(bucket); ++at)
      if (++count >= most) return true;
  }
  return false;
}

/// A set; read from a set or frozenset.
template <class T>
struct FormOf<T, Category::set> {
  using Key = typename T::key_type;
  static_assert(is_key<Key>(),
                "the elements of a cached set must be hashable in Python: a bool, number, text, enum, bytes, "
                "std::chrono value, "
                "path, or a std::tuple, std::pair, std::optional of those; a variant must not mix kinds of numbers");

  static void write(Writer& writer, const T& set) {
    const Writer::Level level(writer);
    if (!level) return;
    Writer::Items items = writer.set(set.size());
    const auto write_element = [&](const Key& element) {
      if (!items.next()) return false;
      Form<Key>::write(writer, element);
      return true;
    };
    in_canonical_order(writer, set, [](const Key& key) -> const Key& { return key; }, write_element);
    items.end();
  }

  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const Reading::Level level(reading, value);
    if (!level) return std::nullopt;
    const auto elements = reading.set(value);
    if (!elements) return std::nullopt;
    T set;
    for (const ValueView item : *elements) {
      auto element = reading.at_key(item, Form<Key>::read(reading, item));
      if (!element) return std::nullopt;
      if (is_crowded(set, *element)) return reading.refuse_because(item, too_crowded);
      if (!set.insert(*std::move(element)).second) return reading.refuse_duplicate(item);
    }
    return set;
  }
};

/// A dict; read from a dict.
template <class T>
struct FormOf<T, Category::map> {
  using Key = typename T::key_type;
  using Mapped = typename T::mapped_type;
  static_assert(is_key<Key>(),
                "the keys of a cached map must be hashable in Python: a bool, number, text, enum, bytes, std::chrono "
                "value, "
                "path, or a std::tuple, std::pair, std::optional of those; a variant must not mix kinds of numbers");

  static void write(Writer& writer, const T& map) {
    using Item = typename T::value_type;
    const Writer::Level level(writer);
    if (!level) return;
    Writer::Items items = writer.dict(map.size());
    const auto write_item = [&](const Item& item) {
      if (!items.next()) return false;
      Form<Key>::write(writer, item.first);
      Form<Mapped>::write(writer, item.second);
      return true;
    };
    in_canonical_order(writer, map, [](const Item& item) -> const Key& { return item.first; }, write_item);
    items.end();
  }

  static std::optional<T> read(Reading& reading, const ValueView& value) {
    const Reading::Level level(reading, value);
    if (!level) return std::nullopt;
    const auto entries = reading.dict(value);
    if (!entries) return std::nullopt;
    T map;
    for (std::size_t i = 0; i < entries->size(); ++i) {
      const auto [key_view, mapped_view] = entries->entry(i);
      auto key = reading.at_key(key_view, Form<Key>::read(reading, key_view));
      if (!key) return std::nullopt;
      auto mapped = reading.at_key(key_view, Form<Mapped>::read(reading, mapped_view));
      if (!mapped) return std::nullopt;
      if (is_crowded(map, *key)) return reading.refuse_because(key_view, too_crowded);
      if (!map.try_emplace(*std::move(key), *std::move(mapped)).second) return reading.refuse_duplicate(key_view);
    }
    return map;
  }
};

}  // namespace cache_on_disk::pickle
