// What the interpreted globals of Python itself make of their arguments.
#include <fmt/format.h>

#include <limits>

#include "pickle/build_context.hpp"
#include "pickle/utf8.hpp"
#include "value/dates.hpp"

namespace cache_on_disk::pickle {
namespace {

constexpr std::string_view bad_arguments = "has arguments that do not fit its callable";

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
  if (source.kind() != ValueKind::list && source.kind() != ValueKind::tuple)
    return context.refuse(bad_arguments);
  std::vector<Node> entries;
  for (const Node& pair : context.children(source)) {
    if (pair.kind() != ValueKind::list && pair.kind() != ValueKind::tuple)
      return context.refuse(bad_arguments);
    const auto parts = context.children(pair);
    if (parts.size() != 2) return context.refuse(bad_arguments);
    if (!context.document.is_hashable(parts[0])) return context.refuse("has a key that cannot be one");
    entries.insert(entries.end(), parts.begin(), parts.end());
    if (!context.charge(2 * sizeof(Node))) return std::nullopt;
  }
  return context.document.make(kind, entries);
}

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
    const bool latin1 = arguments.size() == 2 &&
                        (context.is_text(arguments[1], "latin-1") || context.is_text(arguments[1], "latin1"));
    if (!latin1) return context.refuse(bad_arguments);
  } else if (arguments.size() != 1 ||
             (source.kind() != ValueKind::bytes && source.kind() != ValueKind::bytearray)) {
    return context.refuse(bad_arguments);
  }
  const auto bytes = context.bytes_of(source);
  if (!bytes) return context.refuse("has a str that is no latin-1");
  return Node::text(kind, bytes->data(), bytes->size());
}

// _codecs.encode(text, 'latin1'): how bytes are written in protocols 0 to 2.
std::optional<Node> encode(BuildContext& context, std::span<const Node> arguments) {
  const bool fits = arguments.size() == 2 && arguments[0].kind() == ValueKind::text &&
                    (context.is_text(arguments[1], "latin1") || context.is_text(arguments[1], "latin-1"));
  if (!fits) return context.refuse(bad_arguments);
  const auto bytes = context.bytes_of(arguments[0]);
  if (!bytes) return context.refuse("has a str that is no latin-1");
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

std::optional<Node> make_mapping(BuildContext& context, ValueKind kind, std::span<const Node> arguments) {
  if (arguments.empty()) return context.document.make_empty(kind, 0);
  if (arguments.size() > 1) return context.refuse(bad_arguments);
  if (kind == ValueKind::counter && !is_mapping_kind(arguments[0].kind()))
    return context.refuse(bad_arguments);
  return from_pairs(context, kind, arguments[0]);
}

std::optional<Node> make_container(BuildContext& context, ValueKind kind, std::span<const Node> arguments) {
  if (arguments.empty()) return context.document.make_empty(kind, 0);
  if (arguments.size() > 1) return context.refuse(bad_arguments);
  return from_iterable(context, kind, arguments[0]);
}

// Small ints, one an argument.
bool read_ints(BuildContext& context, std::span<const Node> arguments, std::span<int> ints) {
  if (arguments.size() > ints.size()) return context.fail(bad_arguments);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto number = context.int_of(arguments[i]);
    if (!number || *number < 0 || *number > std::numeric_limits<int>::max())
      return context.fail(bad_arguments);
    ints[i] = static_cast<int>(*number);
  }
  return true;
}

std::optional<Node> dated(BuildContext& context, ValueKind kind, const std::string& state, Node tzinfo) {
  const std::string_view stays = context.document.text.copy(state);
  if (kind == ValueKind::date) return Node::text(kind, stays.data(), stays.size());
  const Node parts[] = {Node::text(ValueKind::bytes, stays.data(), stays.size()), tzinfo};
  return context.document.make(kind, parts);
}

// Either the state that Python pickles, and a tzinfo, or the numbers that its constructor takes.
std::optional<Node> make_date(BuildContext& context, ValueKind kind, std::span<const Node> arguments) {
  if (arguments.empty()) return context.refuse(bad_arguments);
  Node tzinfo;
  const ValueKind first = arguments[0].kind();
  if (first == ValueKind::bytes || first == ValueKind::text) {
    const std::size_t most = kind == ValueKind::date ? 1 : 2;
    const auto state = context.bytes_of(arguments[0]);
    if (!state || arguments.size() > most) return context.refuse(bad_arguments);
    if (arguments.size() == 2) tzinfo = arguments[1];
    const bool valid = kind == ValueKind::date   ? cache_on_disk::detail::unpack_date(*state).has_value()
                       : kind == ValueKind::time ? cache_on_disk::detail::unpack_time(*state).has_value()
                                                 : cache_on_disk::detail::unpack_datetime(*state).has_value();
    if (!valid) return context.refuse("has a state that is no date or time");
    if (kind == ValueKind::date) return Node::text(kind, state->data(), state->size());
    if (!tzinfo.is_none() && tzinfo.kind() != ValueKind::timezone && tzinfo.kind() != ValueKind::object)
      return context.refuse("has a tzinfo that is none");
    const Node parts[] = {Node::text(ValueKind::bytes, state->data(), state->size()), tzinfo};
    return context.document.make(kind, parts);
  }
  int numbers[7] = {};
  const std::size_t most = kind == ValueKind::date ? 3 : kind == ValueKind::time ? 4 : 7;
  if (arguments.size() == most + 1 && kind != ValueKind::date) {
    tzinfo = arguments.back();
    arguments = arguments.first(most);
    if (!tzinfo.is_none() && tzinfo.kind() != ValueKind::timezone && tzinfo.kind() != ValueKind::object)
      return context.refuse("has a tzinfo that is none");
  }
  if (kind != ValueKind::time && arguments.size() < 3) return context.refuse(bad_arguments);
  if (!read_ints(context, arguments, std::span(numbers).first(most))) return std::nullopt;
  const int* clock = numbers + (kind == ValueKind::time ? 0 : 3);
  const PythonDate date{numbers[0], numbers[1], numbers[2]};
  const PythonTime time{clock[0], clock[1], clock[2], clock[3]};
  const bool valid = (kind == ValueKind::time || cache_on_disk::detail::is_valid(date)) &&
                     (kind == ValueKind::date || cache_on_disk::detail::is_valid(time));
  if (!valid) return context.refuse("has a state that is no date or time");
  if (kind == ValueKind::date) return dated(context, kind, cache_on_disk::detail::pack(date), tzinfo);
  if (kind == ValueKind::time) return dated(context, kind, cache_on_disk::detail::pack(time), tzinfo);
  return dated(context, kind, cache_on_disk::detail::pack(PythonDatetime{date, time}), tzinfo);
}

std::optional<Node> make_timedelta(BuildContext& context, std::span<const Node> arguments) {
  constexpr std::int64_t most = 1'000'000'000'000'000, day = 86400, million = 1'000'000,
                         most_days = 999'999'999;
  std::int64_t numbers[3] = {};
  if (arguments.size() > 3) return context.refuse(bad_arguments);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto number = context.int_of(arguments[i]);
    if (!number || *number > most || *number < -most) return context.refuse(bad_arguments);
    numbers[i] = *number;
  }
  const auto carry = [](std::int64_t& low, std::int64_t& high, std::int64_t base) {
    std::int64_t quotient = low / base;
    if (low % base < 0) --quotient;
    low -= quotient * base;
    high += quotient;
  };
  carry(numbers[2], numbers[1], million);
  carry(numbers[1], numbers[0], day);
  if (numbers[0] > most_days || numbers[0] < -most_days)
    return context.refuse("has more than 999999999 days");
  return context.document.make_timedelta({static_cast<std::int32_t>(numbers[0]),
                                          static_cast<std::int32_t>(numbers[1]),
                                          static_cast<std::int32_t>(numbers[2])});
}

std::optional<Node> make_timezone(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.empty() || arguments.size() > 2 || arguments[0].kind() != ValueKind::timedelta)
    return context.refuse(bad_arguments);
  const auto offset = *context.view(arguments[0]).as_timedelta();
  const bool less_than_a_day =
      offset.days == 0 || (offset.days == -1 && (offset.seconds != 0 || offset.microseconds != 0));
  if (!less_than_a_day) return context.refuse("has an offset of a day or more");
  const Node name = arguments.size() == 2 ? arguments[1] : Node();
  if (arguments.size() == 2 && name.kind() != ValueKind::text) return context.refuse(bad_arguments);
  const Node parts[] = {arguments[0], name};
  return context.document.make(ValueKind::timezone, parts);
}

// copyreg._reconstructor(class, base, state): an instance in protocols 0 and 1.
std::optional<Node> reconstruct(BuildContext& context, std::span<const Node> arguments) {
  if (arguments.size() != 3 || arguments[0].kind() != ValueKind::global ||
      arguments[1].kind() != ValueKind::global)
    return context.refuse(bad_arguments);
  const bool plain = context.global_of(arguments[1]) == Global::object && arguments[2].is_none();
  const Node made_of =
      context.document.make(ValueKind::tuple, plain ? std::span<const Node>() : arguments.last(1));
  const Global global = context.global_of(arguments[0]);
  if (global == Global::opaque || global == Global::object)
    return context.object(made_object, arguments[0], made_of);
  return call(context, arguments[0], made_of);
}

std::optional<Node> new_object(BuildContext& context, std::span<const Node> arguments, bool with_keywords) {
  const bool fits = with_keywords ? arguments.size() == 3 && arguments[1].kind() == ValueKind::tuple &&
                                        arguments[2].kind() == ValueKind::dict
                                  : !arguments.empty();
  if (!fits || arguments[0].kind() != ValueKind::global) return context.refuse(bad_arguments);
  const Global global = context.global_of(arguments[0]);
  const Node type = arguments[0];
  const Node keywords = with_keywords && !context.children(arguments[2]).empty() ? arguments[2] : Node();
  const Node made_of =
      with_keywords ? arguments[1] : context.document.make(ValueKind::tuple, arguments.subspan(1));
  if (global == Global::opaque || global == Global::object)
    return context.object(made_object, type, made_of, keywords);
  if (!keywords.is_none()) return context.refuse(bad_arguments);
  return call(context, type, made_of);
}

}  // namespace

std::optional<std::string_view> BuildContext::bytes_of(Node node) {
  if (node.kind() == ValueKind::bytes || node.kind() == ValueKind::bytearray) return text_of(node);
  if (node.kind() != ValueKind::text) return std::nullopt;
  const std::string_view utf8 = text_of(node);
  const auto bytes = latin1_bytes(utf8);
  if (!bytes) return std::nullopt;
  if (bytes->size() == utf8.size()) return utf8;  // ASCII
  if (!charge(bytes->size())) return std::nullopt;
  return document.text.copy(*bytes);
}

Node BuildContext::object(std::uint8_t flags, Node callable, Node arguments, Node keywords, Node state) {
  const Node parts[cache_on_disk::detail::object_parts] = {callable, arguments, keywords,
                                                           state,    Node(),    Node()};
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
      return same_or_zero(context, ValueKind::boolean, arguments);
    case Global::integer:
      return same_or_zero(context, ValueKind::integer, arguments);
    case Global::floating:
      return same_or_zero(context, ValueKind::floating, arguments);
    case Global::text:
      return same_or_zero(context, ValueKind::text, arguments);
    case Global::complex:
      return make_complex(context, arguments);
    case Global::bytes:
      return make_bytes(context, ValueKind::bytes, arguments);
    case Global::bytearray:
      return make_bytes(context, ValueKind::bytearray, arguments);
    case Global::list:
      return make_container(context, ValueKind::list, arguments);
    case Global::tuple:
      return make_container(context, ValueKind::tuple, arguments);
    case Global::set:
      return make_container(context, ValueKind::set, arguments);
    case Global::frozenset:
      return make_container(context, ValueKind::frozenset, arguments);
    case Global::dict:
      return make_mapping(context, ValueKind::dict, arguments);
    case Global::ordered_dict:
      return make_mapping(context, ValueKind::ordered_dict, arguments);
    case Global::counter:
      return make_mapping(context, ValueKind::counter, arguments);
    case Global::default_dict:
      return make_default_dict(context, arguments);
    case Global::deque:
      return make_deque(context, arguments);
    case Global::range:
      return make_range(context, ValueKind::range, arguments);
    case Global::slice:
      return make_range(context, ValueKind::slice, arguments);
    case Global::object:
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
      return make_date(context, ValueKind::date, arguments);
    case Global::time:
      return make_date(context, ValueKind::time, arguments);
    case Global::datetime:
      return make_date(context, ValueKind::datetime, arguments);
    case Global::timedelta:
      return make_timedelta(context, arguments);
    case Global::timezone:
      return make_timezone(context, arguments);
    default:
      return call_numpy(context, callable, arguments);
  }
}

}  // namespace cache_on_disk::pickle
