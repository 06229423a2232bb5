// How the machine names globals, calls them, and gives objects their state.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "pickle/machine.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::pickle {
bool Machine::push_global(std::string_view module, std::string_view name) {
  if (module.empty() || name.empty()) return context_.fail("names nothing");
  if (!text::is_utf8(module, text::Surrogates::pass) || !text::is_utf8(name, text::Surrogates::pass))
    return context_.fail("has a name that is not UTF-8");
  std::tie(module, name) = python3_name(module, name);
  const Global global = find_global(module, name);
  if (global == Global::ellipsis) return push({ValueKind::ellipsis, 0, 0});
  if (global == Global::not_implemented) return push({ValueKind::not_implemented, 0, 0});
  if (global == Global::utc) {
    const Node zero = document_.make_timedelta({});
    const Node parts[] = {zero, Node()};
    return push(document_.make(ValueKind::timezone, parts));
  }
  return push(document_.make_global(module, name, static_cast<std::uint8_t>(global)));
}

bool Machine::reduce() {
  if (!need(2)) return false;
  const Node callable = top(2)[0], arguments = top(2)[1];
  if (arguments.kind() != ValueKind::tuple) return context_.fail("has arguments that are not a tuple");
  if (callable.kind() != ValueKind::global && callable.kind() != ValueKind::object)
    return context_.fail(fmt::format("calls {}", describe(context_.view(callable))));
  std::optional<Node> made;
  if (context_.global_of(callable) == Global::opaque)
    made = context_.object(0, callable, arguments);
  else
    made = call(context_, callable, arguments);
  if (!made) return false;
  drop(2);
  return push_container(*made);
}

// NEWOBJ (class, arguments), NEWOBJ_EX (class, arguments, keywords).
bool Machine::make_object(std::size_t arguments_count) {
  const auto operands = top(arguments_count + 1);
  const Node type = operands[0], arguments = operands[1];
  const Node keywords = arguments_count == 2 ? operands[2] : Node();
  if (type.kind() != ValueKind::global && type.kind() != ValueKind::object)
    return context_.fail(fmt::format("makes an instance of {}", describe(context_.view(type))));
  if (arguments.kind() != ValueKind::tuple) return context_.fail("has arguments that are not a tuple");
  if (arguments_count == 2 && keywords.kind() != ValueKind::dict)
    return context_.fail("has keyword arguments that are not a dict");
  const bool named = arguments_count == 2 && document_.record(keywords).size > 0;
  std::optional<Node> made;
  const Global global = context_.global_of(type);
  if (global == Global::object && (named || document_.record(arguments).size > 0))
    return context_.fail("gives arguments to object.__new__");
  if (global == Global::opaque || global == Global::object) {
    made = context_.object(made_object, type, arguments, named ? keywords : Node());
  } else if (named) {
    return context_.fail(fmt::format("gives keyword arguments to {}", context_.view(type).name()));
  } else {
    made = call(context_, type, arguments);
    // What __new__ of something mutable does with arguments is nothing: they are for __init__.
    const bool is_mutable =
        made && (cache_on_disk::detail::is_mutable_container(made->kind()) || made->kind() == ValueKind::bytearray);
    const bool ignored = is_mutable && document_.record(arguments).size > 0;
    if (ignored) return context_.fail(fmt::format("gives arguments to {}.__new__", context_.view(type).name()));
  }
  if (!made) return false;
  drop(arguments_count + 1);
  return push_container(*made);
}

bool Machine::build() {
  if (!need(2)) return false;
  Node& target = *(stack_.end() - 2);
  Node state = stack_.back();
  drop(1);
  switch (target.kind()) {
    case ValueKind::array:
    case ValueKind::object_array:
    case ValueKind::masked_array:
    case ValueKind::dtype: {
      return build_numpy(context_, target, state);
    }
    case ValueKind::object: {
      if (state.is_none()) return true;
      if ((target.flag() & array_subclass) != 0) {
        const auto rest = extract_array(context_, target, state);
        if (!rest) return false;
        state = *rest;
      }
      Record& record = document_.record(target);
      Node& place = document_.children(record)[cache_on_disk::detail::state];
      if (!place.is_none()) return context_.fail("gives an object a second state");
      place = state;
      record.depth = std::max(record.depth, document_.depth_of(state) + 1);
      if (record.depth > context_.limits.depth)
        return context_.fail(fmt::format("nests containers deeper than {}", context_.limits.depth));
      return true;
    }
    case ValueKind::ordered_dict:
    case ValueKind::counter:
      // Attributes that someone set on the dict itself; nothing of Python's own has any.
      return state.is_none() || state.kind() == ValueKind::dict || context_.fail("has a state that is not a dict");
    default:
      return state.is_none() || context_.fail(fmt::format("gives a state to {}", describe(context_.view(target))));
  }
}

}  // namespace cache_on_disk::pickle
