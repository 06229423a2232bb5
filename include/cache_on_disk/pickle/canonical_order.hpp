// The order in which the items of unordered containers are written, so that equal values give equal bytes.
#pragma once

#include <concepts>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cache_on_disk/pickle/form.hpp"
#include "cache_on_disk/pickle/writer.hpp"

namespace cache_on_disk::pickle {

/// An item and what it is sorted by.
template <class SortKey>
struct Sortable {
  SortKey key;
  const void* item;
};

/// By the bytes of the text.
void sort_items(std::vector<Sortable<std::string_view>>& items);
/// By the number.
void sort_items(std::vector<Sortable<std::int64_t>>& items);
void sort_items(std::vector<Sortable<std::uint64_t>>& items);

/// Calls `use(item)` for the items of a container that keeps its order, or, in canonical order, of one that
/// does not: by number or text if the keys are that, else by the bytes of their pickles. `key_of` gives the
/// key of an item.
template <class Container, class KeyOf, class Use>
void in_canonical_order(Writer& writer, const Container& container, KeyOf key_of, Use use) {
  using Item = typename Container::value_type;
  using Key = typename Container::key_type;
  const auto use_sorted = [&]<class SortKey>(const auto& sort_key_of) {
    std::vector<Sortable<SortKey>> items;
    items.reserve(container.size());
    for (const Item& item : container) items.push_back({sort_key_of(key_of(item)), &item});
    sort_items(items);
    for (const auto& sorted : items) {
      if (!use(*static_cast<const Item*>(sorted.item))) return;
    }
  };
  if constexpr (requires { typename Container::key_compare; }) {
    for (const Item& item : container) {
      if (!use(item)) return;
    }
  } else if constexpr (std::same_as<Key, std::string>) {
    use_sorted.template operator()<std::string_view>([](const Key& key) -> std::string_view { return key; });
  } else if constexpr (std::integral<Key> || std::is_enum_v<Key>) {
    using Number = std::conditional_t<std::is_unsigned_v<Key>, std::uint64_t, std::int64_t>;
    use_sorted.template operator()<Number>([](const Key& key) { return static_cast<Number>(key); });
  } else {
    std::deque<std::string> pickles;
    use_sorted.template operator()<std::string_view>([&](const Key& key) -> std::string_view {
      auto bytes = dump([&key](Writer& alone) { Form<Key>::write(alone, key); });
      if (!bytes) writer.fail(bytes.error().message);
      return pickles.emplace_back(bytes ? *std::move(bytes) : std::string());
    });
  }
}

}  // namespace cache_on_disk::pickle
