// How the machine makes and fills containers.
#include <fmt/format.h>

#include "pickle/machine.hpp"

namespace cache_on_disk::pickle {

bool Machine::gather(ValueKind kind, std::size_t start) {
  const std::span<const Node> items(stack_.data() + start, stack_.size() - start);
  const bool mapping = kind == ValueKind::dict;
  if (mapping && items.size() % 2 != 0) return context_.fail("has a key without a value");
  if (mapping || kind == ValueKind::frozenset) {
    for (std::size_t i = 0; i < items.size(); i += mapping ? 2 : 1)
      if (!document_.is_hashable(items[i])) return context_.fail("has a key that cannot be one");
  }
  const Node made = document_.make(kind, items);
  stack_.shrink(start);
  return push_container(made);
}

bool Machine::gather_top(std::size_t count) { return need(count) && gather(ValueKind::tuple, stack_.size() - count); }

bool Machine::put_into(Node container, std::span<const Node> items) {
  const auto number = static_cast<std::uint32_t>(container.word());
  if (!document_.append(number, items)) return context_.fail("fills a container with more than 2^32 items");
  if (document_.records[number].depth > context_.limits.depth)
    return context_.fail(fmt::format("nests containers deeper than {}", context_.limits.depth));
  return true;
}

// The three that follow look at the container below the items only if there are items: so does CPython.

bool Machine::append(std::size_t start) {
  if (start <= floor() || start > stack_.size()) return context_.fail("lacks its list");
  const std::span<const Node> items(stack_.data() + start, stack_.size() - start);
  if (items.empty()) return true;
  Node target = stack_[start - 1];
  if (target.kind() == ValueKind::object) {
    Node& list = document_.children(document_.record(target))[cache_on_disk::detail::list_items];
    if (list.is_none()) {
      const Node fresh = document_.make_empty(ValueKind::list, 0);
      document_.children(document_.record(target))[cache_on_disk::detail::list_items] = fresh;
      target = fresh;
    } else {
      target = list;
    }
  } else if (target.kind() != ValueKind::list && target.kind() != ValueKind::deque) {
    return context_.fail(fmt::format("puts an item into {}", describe(context_.view(target))));
  }
  if (!put_into(target, items)) return false;
  stack_.shrink(start);
  return true;
}

bool Machine::set_items(std::size_t start) {
  if (start <= floor()) return context_.fail("lacks its dict");
  const std::span<const Node> items(stack_.data() + start, stack_.size() - start);
  if (items.empty()) return true;
  if (items.size() % 2 != 0) return context_.fail("has a key without a value");
  Node target = stack_[start - 1];
  if (target.kind() == ValueKind::object) {
    Node dict = document_.children(document_.record(target))[cache_on_disk::detail::dict_items];
    if (dict.is_none()) {
      dict = document_.make_empty(ValueKind::dict, 0);
      document_.record(dict).sorted_out = true;  // its class may take any key, any number of times
      document_.children(document_.record(target))[cache_on_disk::detail::dict_items] = dict;
    }
    target = dict;
  } else if (is_mapping_kind(target.kind())) {
    for (std::size_t i = 0; i < items.size(); i += 2)
      if (!document_.is_hashable(items[i])) return context_.fail("has a key that cannot be one");
  } else {
    return context_.fail(fmt::format("puts a key into {}", describe(context_.view(target))));
  }
  if (!put_into(target, items)) return false;
  stack_.shrink(start);
  return true;
}

bool Machine::add_items(std::size_t start) {
  if (start <= floor()) return context_.fail("lacks its set");
  const std::span<const Node> items(stack_.data() + start, stack_.size() - start);
  if (items.empty()) return true;
  const Node target = stack_[start - 1];
  if (target.kind() == ValueKind::object) return append(start);
  if (target.kind() != ValueKind::set)
    return context_.fail(fmt::format("adds items to {}", describe(context_.view(target))));
  for (const Node& item : items)
    if (!document_.is_hashable(item)) return context_.fail("has an item that no set can hold");
  if (!put_into(target, items)) return false;
  stack_.shrink(start);
  return true;
}

}  // namespace cache_on_disk::pickle
