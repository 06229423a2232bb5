// What the types of `datetime` make of their arguments.
#include <algorithm>
#include <limits>

#include "pickle/build_context.hpp"
#include "value/dates.hpp"

namespace cache_on_disk::pickle {
namespace {

// Small ints, one an argument.
bool read_ints(BuildContext& context, std::span<const Node> arguments, std::span<int> ints) {
  if (arguments.size() > ints.size()) return context.fail(bad_arguments);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto number = context.int_of(arguments[i]);
    if (!number || *number < 0 || *number > std::numeric_limits<int>::max()) return context.fail(bad_arguments);
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
    if (!valid) return context.refuse("has a state that is not a date or time");
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
  if (!valid) return context.refuse("has a state that is not a date or time");
  if (kind == ValueKind::date) return dated(context, kind, cache_on_disk::detail::pack(date), tzinfo);
  if (kind == ValueKind::time) return dated(context, kind, cache_on_disk::detail::pack(time), tzinfo);
  return dated(context, kind, cache_on_disk::detail::pack(PythonDatetime{date, time}), tzinfo);
}

std::optional<Node> make_timedelta(BuildContext& context, std::span<const Node> arguments) {
  constexpr std::int64_t most = 1'000'000'000'000'000, day = 86400, million = 1'000'000, most_days = 999'999'999;
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
  if (numbers[0] > most_days || numbers[0] < -most_days) return context.refuse("has more than 999999999 days");
  return context.document.make_timedelta({static_cast<std::int32_t>(numbers[0]), static_cast<std::int32_t>(numbers[1]),
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

}  // namespace

std::optional<Node> call_datetime(BuildContext& context, Global global, std::span<const Node> arguments) {
  switch (global) {
    case Global::date:
      return make_date(context, ValueKind::date, arguments);
    case Global::time:
      return make_date(context, ValueKind::time, arguments);
    case Global::datetime:
      return make_date(context, ValueKind::datetime, arguments);
    case Global::timedelta:
      return make_timedelta(context, arguments);
    default:
      return make_timezone(context, arguments);
  }
}

}  // namespace cache_on_disk::pickle
