// What the interpreted globals of Python itself make of their arguments.
#include <fmt/format.h>

#include "pickle/build_context.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::pickle {
namespace {

std::optional<double> real(BuildContext& context, Node node) {
  const ValueView value = context.view(node);
  if (const auto number = value.as_double()) return *number;
  if (const auto number = value.as_int64()) return static_cast<double>(*number);
  return std::nullopt;
}

std::optional<Node> make_complex(BuildContext& context, std::span<const Node> arguments) {
  double parts[2] = {0, 0};
  if (arguments.size() > 2) return context.refuse(bad_arguments);
  if (arguments.size() == 1 && arguments[0].kind() == ValueKind::complex) return arguments[0];
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto part = real(context, arguments[i]);
    if (!part) return context.refuse(bad_arguments);
    parts[i] = *part;
  }
  return context.document.make_complex({parts[0], parts[1]});
}

// int(), float(), str(), bool(): of nothing, or of what is one already.
std::optional<Node> same_or_zero(BuildContext& context, ValueKind kind, std::span<const Node> arguments) {
  if (arguments.empty()) {
    if (kind == ValueKind::text) return Node::text(kind, "", 0);
    return Node(kind, 0, 0);
  }
  if (arguments.size() > 1 || arguments[0].kind() != kind) return context.refuse(bad_arguments);
  return arguments[0];
}

std::optional<Node> make_bytes(BuildContext& context, ValueKind kind, std::span<const Node> arguments) {
  if (arguments.empty()) return Node::text(kind, "", 0);
  const Node source = arguments[0];
  if (source.kind() == ValueKind::text) {
    const bool latin1 =
        arguments.size() == 2 && (context.is_text(arguments[1], "latin-1") || context.is_text(arguments[1], "latin1"));
    if (!latin1) return context.refuse(bad_arguments);
  } else if (arguments.size() != 1 || (source.kind() != ValueKind::bytes && source.kind() != ValueKind::bytearray)) {
    return context.refuse(bad_arguments);
  }
  const auto bytes = context.bytes_of(source);
  if (!bytes) return context.refuse("has a str that is not latin-1");
  return Node::text(kind, bytes->data(), bytes->size());
}

// _codecs.encode(text, 'latin1'): how bytes are written in protocols 0 to 2.
std::optional<Node> encode(BuildContext& context, std::span<const Node> arguments) {
  const bool fits = arguments.size() == 2 && arguments[0].kind() == ValueKind::text &&
                    (context.is_text(arguments[1], "latin1") || context.is_text(arguments[1], "latin-1"));
  if (!fits) return context.refuse(bad_arguments);
  const auto bytes = context.bytes_of(arguments[0]);
  if (!bytes) return context.refuse("has a str that is not latin-1");
  return Node::text(ValueKind::bytes, bytes->data(), bytes->size());
}

std::optional<Node> make_range(BuildContext& context, ValueKind kind, std::span<const Node> arguments) {
  if (arguments.empty() || arguments.size() > 3) return context.refuse(bad_arguments);
  const bool range = kind == ValueKind::range;
  Node parts[3] = {range ? Node::integer(0) : Node(), Node(), range ? Node::integer(1) : Node()};
  if (arguments.size() == 1)
    parts[1] = arguments[0];
  else
    std::copy(arguments.begin(), arguments.end(), parts);
  for (const Node& part : parts)
    if (range && part.kind() != ValueKind::integer) return context.refuse(bad_arguments);
  if (range && context.int_of(parts[2]) == 0) return context.refuse("has a step of 0");
  return context.document.make(kind, parts);
}

// copyreg._reconstructor(class, base, state): an instance in protocols 0 and 1.
std::optional<Node> reconstruct(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.size() != 3 || arguments[0].kind() != ValueKind::global || arguments[1].kind() != ValueKind::global)
    return context.refuse(bad_arguments);
  const bool plain = context.global_of(arguments[1]) == Global::object && arguments[2].is_none();
  const Node made_of = context.document.make(ValueKind::tuple, plain ? std::span<const Node>() : arguments.last(1));
  const Global global = context.global_of(arguments[0]);
  if (global != Global::opaque && global != Global::object) return call(context, arguments[0], made_of);
  const Node made = context.object(made_object, arguments[0], made_of);
  // The base, whose content the argument is: it is needed to write the object again.
  if (!plain) context.document.set_attribute(static_cast<std::uint32_t>(made.word()), arguments[1]);
  return made;
}

std::optional<Node> new_object(BuildContext& context, std::span<const Node> arguments, bool with_keywords) {
  const bool fits = with_keywords ? arguments.size() == 3 && arguments[1].kind() == ValueKind::tuple &&
                                        arguments[2].kind() == ValueKind::dict
                                  : !arguments.empty();
  if (!fits || arguments[0].kind() != ValueKind::global) return context.refuse(bad_arguments);
  const Global global = context.global_of(arguments[0]);
  const Node type = arguments[0];
  const Node keywords = with_keywords && !context.children(arguments[2]).empty() ? arguments[2] : Node();
  const Node made_of = with_keywords ? arguments[1] : context.document.make(ValueKind::tuple, arguments.subspan(1));
  if (global == Global::opaque || global == Global::object) return context.object(made_object, type, made_of, keywords);
  if (!keywords.is_none()) return context.refuse(bad_arguments);
  return call(context, type, made_of);
}

}  // namespace

std::optional<std::string_view> BuildContext::bytes_of(Node node) {
  if (node.kind() == ValueKind::bytes || node.kind() == ValueKind::bytearray) return text_of(node);
  if (node.kind() != ValueKind::text) return std::nullopt;
  const std::string_view utf8 = text_of(node);
  const auto bytes = text::to_latin1(utf8);
  if (!bytes) return std::nullopt;
  if (bytes->size() == utf8.size()) return utf8;  // ASCII
  if (!charge(bytes->size())) return std::nullopt;
  return document.text.copy(*bytes);
}

Node BuildContext::object(std::uint8_t flags, Node callable, Node arguments, Node keywords, Node state) {
  const Node parts[cache_on_disk::detail::object_parts] = {callable, arguments, keywords, state, Node(), Node()};
  return document.make(ValueKind::object, parts, flags);
}

std::optional<Node> call(BuildContext& context, Node callable, Node tuple) {
  // A copy, as what is made may move the pool.
  const auto given = context.children(tuple);
  const Global global = context.global_of(callable);
  if (!context.charge(given.size() * sizeof(Node))) return std::nullopt;
  const std::vector<Node> copy(given.begin(), given.end());
  const std::span<const Node> arguments = copy;
  switch (global) {
    case Global::boolean:
    case Global::integer:
    case Global::floating:
    case Global::text:
      return same_or_zero(context, kind_of(global), arguments);
    case Global::complex:
      return make_complex(context, arguments);
    case Global::bytes:
    case Global::bytearray:
      return make_bytes(context, kind_of(global), arguments);
    case Global::list:
    case Global::tuple:
    case Global::set:
    case Global::frozenset:
    case Global::dict:
    case Global::ordered_dict:
    case Global::counter:
    case Global::default_dict:
    case Global::deque:
      return make_container(context, kind_of(global), arguments);
    case Global::range:
    case Global::slice:
      return make_range(context, kind_of(global), arguments);
    case Global::object:
      if (!arguments.empty()) return context.refuse(bad_arguments);
      return context.object(0, callable, tuple);
    case Global::codecs_encode:
      return encode(context, arguments);
    case Global::reconstructor:
      return reconstruct(context, arguments);
    case Global::new_object:
      return new_object(context, arguments, false);
    case Global::new_object_ex:
      return new_object(context, arguments, true);
    case Global::date:
    case Global::time:
    case Global::datetime:
      return make_date(context, kind_of(global), arguments);
    case Global::timedelta:
      return make_timedelta(context, arguments);
    case Global::timezone:
      return make_timezone(context, arguments);
    default:
      return call_numpy(context, callable, arguments);
  }
}

}  // namespace cache_on_disk::pickle
