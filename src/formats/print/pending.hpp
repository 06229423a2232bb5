// What is still to be printed of a value. A stack of its own, since recursion would need as much stack as a value is deep.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "cache_on_disk/value.hpp"

namespace cache_on_disk::detail {

/// What is added comes out in that order, before all that was added earlier and is still waiting.
class Pending {
 public:
  struct Item {
    std::string text;
    ValueView value;
    bool is_value = false;            ///< otherwise a text
    const void* container = nullptr;  ///< that the text closes
  };

  void add(std::string text) { fresh_.push_back({.text = std::move(text), .value = {}}); }
  void add(const ValueView& value) { fresh_.push_back({.text = {}, .value = value, .is_value = true}); }
  void add_items(const ValueItems& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) add(", ");
      add(items[i]);
    }
  }
  /// An array in brackets; `add_element` adds the element of an index in C order. Recursion goes as deep as there are axes.
  template <class AddElement>
  void add_array(const Shape& shape, const AddElement& add_element, std::size_t axis = 0, std::size_t first = 0) {
    if (axis == 0 && checked_product(shape).value_or(0) == 0) return add("[]");
    if (axis == shape.size()) return add_element(first);
    add("[");
    for (std::size_t i = 0; i < shape[axis]; ++i) {
      if (i > 0) add(", ");
      add_array(shape, add_element, axis + 1, first * shape[axis] + i);
    }
    add("]");
  }

  /// Begins a container, which close() ends. False if it is open already: it contains itself.
  bool open(const ValueView& container) { return open_.insert(container.identity()).second; }
  void close(const ValueView& container, std::string text) {
    fresh_.push_back({.text = std::move(text), .value = {}, .container = container.identity()});
  }
  /// How many containers are open.
  std::size_t depth() const { return open_.size(); }

  /// Takes the next item. False if there is none.
  bool take(Item& item) {
    std::move(fresh_.rbegin(), fresh_.rend(), std::back_inserter(stack_));
    fresh_.clear();
    if (stack_.empty()) return false;
    item = std::move(stack_.back());
    stack_.pop_back();
    if (item.container != nullptr) open_.erase(item.container);
    return true;
  }

 private:
  std::vector<Item> stack_, fresh_;
  std::unordered_set<const void*> open_;
};

}  // namespace cache_on_disk::detail
