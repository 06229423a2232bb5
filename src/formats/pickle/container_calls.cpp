// What list, dict, set, those of `collections` and the like make of their arguments.
#include "pickle/build_context.hpp"

namespace cache_on_disk::pickle {
namespace {

// Makes a container of the items of another, which is none of the things whose items are not nodes.
std::optional<Node> from_iterable(BuildContext& context, ValueKind kind, Node iterable) {
  switch (iterable.kind()) {
    case ValueKind::list:
    case ValueKind::tuple:
    case ValueKind::set:
    case ValueKind::frozenset:
    case ValueKind::deque:
      break;
    default:
      return context.refuse(bad_arguments);
  }
  const auto items = context.children(iterable);
  if (!context.charge(items.size() * sizeof(Node))) return std::nullopt;
  if (kind == ValueKind::set || kind == ValueKind::frozenset) {
    for (const Node& item : items)
      if (!context.document.is_hashable(item)) return context.refuse("has an item that no set can hold");
  }
  return context.document.make(kind, items);
}

// Makes a mapping of another one, or of pairs.
std::optional<Node> from_pairs(BuildContext& context, ValueKind kind, Node source) {
  if (is_mapping_kind(source.kind())) {
    if (!context.charge(context.children(source).size() * sizeof(Node))) return std::nullopt;
    return context.document.make(kind, context.children(source));
  }
  if (source.kind() != ValueKind::list && source.kind() != ValueKind::tuple) return context.refuse(bad_arguments);
  std::vector<Node> entries;
  for (const Node& pair : context.children(source)) {
    if (pair.kind() != ValueKind::list && pair.kind() != ValueKind::tuple) return context.refuse(bad_arguments);
    const auto parts = context.children(pair);
    if (parts.size() != 2) return context.refuse(bad_arguments);
    if (!context.document.is_hashable(parts[0])) return context.refuse("has a key that cannot be one");
    entries.insert(entries.end(), parts.begin(), parts.end());
    if (!context.charge(2 * sizeof(Node))) return std::nullopt;
  }
  return context.document.make(kind, entries);
}

std::optional<Node> make_deque(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.size() > 2) return context.refuse(bad_arguments);
  Node made = context.document.make_empty(ValueKind::deque, 0);
  if (!arguments.empty()) {
    const auto filled = from_iterable(context, ValueKind::deque, arguments[0]);
    if (!filled) return std::nullopt;
    made = *filled;
  }
  if (arguments.size() == 2 && !arguments[1].is_none()) {
    const auto most = context.int_of(arguments[1]);
    if (!most || *most < 0) return context.refuse(bad_arguments);
    context.document.set_attribute(static_cast<std::uint32_t>(made.word()), arguments[1]);
  }
  return made;
}

std::optional<Node> make_default_dict(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.size() > 2) return context.refuse(bad_arguments);
  Node made = context.document.make_empty(ValueKind::default_dict, 0);
  if (arguments.size() == 2) {
    const auto filled = from_pairs(context, ValueKind::default_dict, arguments[1]);
    if (!filled) return std::nullopt;
    made = *filled;
  }
  if (arguments.empty() || arguments[0].is_none()) return made;
  if (arguments[0].kind() != ValueKind::global && arguments[0].kind() != ValueKind::object)
    return context.refuse("has a default_factory that cannot be called");
  context.document.set_attribute(static_cast<std::uint32_t>(made.word()), arguments[0]);
  return made;
}

}  // namespace

std::optional<Node> make_container(BuildContext& context, ValueKind kind, std::span<const Node> arguments) {
  if (kind == ValueKind::deque) return make_deque(context, arguments);
  if (kind == ValueKind::default_dict) return make_default_dict(context, arguments);
  if (arguments.empty()) return context.document.make_empty(kind, 0);
  if (arguments.size() > 1) return context.refuse(bad_arguments);
  if (!is_mapping_kind(kind)) return from_iterable(context, kind, arguments[0]);
  if (kind == ValueKind::counter && !is_mapping_kind(arguments[0].kind())) return context.refuse(bad_arguments);
  return from_pairs(context, kind, arguments[0]);
}

}  // namespace cache_on_disk::pickle
