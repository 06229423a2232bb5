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

#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/pickle/form.hpp"
#include "cache_on_disk/detail/pickle/writer.hpp"

namespace cache_on_disk::pickle {

/// An item and what it is sorted by.
template <class SortKey>
struct Sortable {
  SortKey key;
  const void* item;
};

/// By the bytes of the text.
CACHE_ON_DISK_EXPORT void sort_items(std::vector<Sortable<std::string_view>>& items);
/// By the number.
CACHE_ON_DISK_EXPORT void sort_items(std::vector<Sortable<std::int64_t>>& items);
CACHE_ON_DISK_EXPORT void sort_items(std::vector<Sortable<std::uint64_t>>& items);

/// Asks the memory for what a text or array refers to, so that it is there when it is written.
template <class T>
void prefetch_inside(const T& value) {
  if constexpr (requires { value.first, value.second; }) {
    prefetch_inside(value.first);
    prefetch_inside(value.second);
  } else if constexpr (requires { value.data(); }) {
    __builtin_prefetch(value.data());
  }
}

/// Calls `use(item)` for the items of a container that keeps its order, or, in canonical order, of one that
/// does not: by number or text if the keys are that, else by the bytes of their pickles. `key_of` gives the
/// key of an item.
template <class Container, class KeyOf, class Use>
void in_canonical_order(Writer& writer, const Container& container, KeyOf key_of, Use use) {
  using Item = typename Container::value_type;
  using Key = typename Container::key_type;
  // Items lie all over the memory: what comes soon is asked for now.
  constexpr std::size_t ahead = 8;
  const auto use_sorted = [&]<class SortKey>(const auto& sort_key_of) {
    std::vector<Sortable<SortKey>> items;
    items.reserve(container.size());
    for (const Item& item : container) items.push_back({sort_key_of(key_of(item)), &item});
    sort_items(items);
    const auto item_at = [&](std::size_t i) { return static_cast<const Item*>(items[i].item); };
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i + 2 * ahead < items.size()) __builtin_prefetch(item_at(i + 2 * ahead));
      if (i + ahead < items.size()) prefetch_inside(*item_at(i + ahead));
      if (!use(*item_at(i))) return;
    }
  };
  if constexpr (requires { typename Container::key_compare; }) {
    auto next = container.begin();
    const auto end = container.end();
    for (std::size_t i = 0; i < ahead && next != end; ++i) ++next;
    for (const Item& item : container) {
      if (next != end) prefetch_inside(*next++);
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
