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

// What the three that follow put into: the container below the items, which they look at only if there are items, as CPython
// does. Of an object, what its class is given in `part`. Nothing, and no reason why, if there are no items.
std::optional<Node> Machine::target_below(std::size_t start, std::string_view lacking, ObjectPart part) {
  if (start <= floor() || start > stack_.size()) return context_.refuse(lacking);
  if (start == stack_.size()) return std::nullopt;
  const Node target = stack_[start - 1];
  if (target.kind() != ValueKind::object) return target;
  Node held = document_.children(document_.record(target))[part];
  if (!held.is_none()) return held;
  held = document_.make_empty(part == ObjectPart::dict_items ? ValueKind::dict : ValueKind::list, 0);
  document_.record(held).sorted_out = true;  // its class may take any key, any number of times
  document_.children(document_.record(target))[part] = held;
  return held;
}

bool Machine::put_into(Node container, std::size_t start) {
  const auto number = static_cast<std::uint32_t>(container.word());
  if (!document_.append(number, {stack_.data() + start, stack_.size() - start}))
    return context_.fail("fills a container with more than 2^32 items");
  if (document_.records[number].depth > context_.limits.depth)
    return context_.fail(fmt::format("nests containers deeper than {}", context_.limits.depth));
  stack_.shrink(start);
  return true;
}

bool Machine::append(std::size_t start) {
  const auto target = target_below(start, "lacks its list", ObjectPart::list_items);
  if (!target) return context_.why.empty();
  if (target->kind() != ValueKind::list && target->kind() != ValueKind::deque)
    return context_.fail(fmt::format("puts an item into {}", describe(context_.view(*target))));
  return put_into(*target, start);
}

bool Machine::set_items(std::size_t start) {
  const auto target = target_below(start, "lacks its dict", ObjectPart::dict_items);
  if (!target) return context_.why.empty();
  if ((stack_.size() - start) % 2 != 0) return context_.fail("has a key without a value");
  if (!is_mapping_kind(target->kind()))
    return context_.fail(fmt::format("puts a key into {}", describe(context_.view(*target))));
  const bool any_key = stack_[start - 1].kind() == ValueKind::object;
  for (std::size_t i = start; i < stack_.size() && !any_key; i += 2)
    if (!document_.is_hashable(stack_[i])) return context_.fail("has a key that cannot be one");
  return put_into(*target, start);
}

bool Machine::add_items(std::size_t start) {
  const auto target = target_below(start, "lacks its set", ObjectPart::list_items);
  if (!target) return context_.why.empty();
  if (stack_[start - 1].kind() == ValueKind::object) return put_into(*target, start);
  if (target->kind() != ValueKind::set)
    return context_.fail(fmt::format("adds items to {}", describe(context_.view(*target))));
  for (std::size_t i = start; i < stack_.size(); ++i)
    if (!document_.is_hashable(stack_[i])) return context_.fail("has an item that no set can hold");
  return put_into(*target, start);
}

}  // namespace cache_on_disk::pickle
