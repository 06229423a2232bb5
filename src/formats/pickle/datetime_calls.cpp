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

// Of a state that lives as long as the document.
Node dated(BuildContext& context, ValueKind kind, std::string_view state, Node tzinfo) {
  if (kind == ValueKind::date) return Node::text(kind, state.data(), state.size());
  const Node parts[] = {Node::text(ValueKind::bytes, state.data(), state.size()), tzinfo};
  return context.document.make(kind, parts);
}

bool is_tzinfo(Node node) {
  return node.is_none() || node.kind() == ValueKind::timezone || node.kind() == ValueKind::object;
}

bool is_state(ValueKind kind, std::string_view state) {
  using namespace cache_on_disk::detail;
  return kind == ValueKind::date   ? unpack_date(state).has_value()
         : kind == ValueKind::time ? unpack_time(state).has_value()
                                   : unpack_datetime(state).has_value();
}

}  // namespace

// Either the state that Python pickles, and a tzinfo, or the numbers that its constructor takes.
std::optional<Node> make_date(BuildContext& context, ValueKind kind, std::span<const Node> arguments) {
  if (arguments.empty()) return context.refuse(bad_arguments);
  const ValueKind first = arguments[0].kind();
  const bool has_state = first == ValueKind::bytes || first == ValueKind::text;
  const std::size_t most = has_state ? 1 : kind == ValueKind::date ? 3 : kind == ValueKind::time ? 4 : 7;
  Node tzinfo;
  if (arguments.size() == most + 1 && kind != ValueKind::date) {
    tzinfo = arguments.back();
    arguments = arguments.first(most);
  }
  if (has_state) {
    const auto state = context.bytes_of(arguments[0]);
    if (!state || arguments.size() > most) return context.refuse(bad_arguments);
    if (!is_state(kind, *state)) return context.refuse("has a state that is not a date or time");
    if (!is_tzinfo(tzinfo)) return context.refuse("has a tzinfo of another type");
    return dated(context, kind, *state, tzinfo);
  }
  if (!is_tzinfo(tzinfo)) return context.refuse("has a tzinfo of another type");
  int numbers[7] = {};
  if (kind != ValueKind::time && arguments.size() < 3) return context.refuse(bad_arguments);
  if (!read_ints(context, arguments, std::span(numbers).first(most))) return std::nullopt;
  const int* clock = numbers + (kind == ValueKind::time ? 0 : 3);
  const PythonDate date{numbers[0], numbers[1], numbers[2]};
  const PythonTime time{clock[0], clock[1], clock[2], clock[3]};
  const bool valid = (kind == ValueKind::time || cache_on_disk::detail::is_valid(date)) &&
                     (kind == ValueKind::date || cache_on_disk::detail::is_valid(time));
  if (!valid) return context.refuse("has a state that is not a date or time");
  const std::string state = kind == ValueKind::date   ? cache_on_disk::detail::pack(date)
                            : kind == ValueKind::time ? cache_on_disk::detail::pack(time)
                                                      : cache_on_disk::detail::pack(PythonDatetime{date, time});
  return dated(context, kind, context.document.text.copy(state), tzinfo);
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
  if (!cache_on_disk::detail::is_less_than_a_day(offset)) return context.refuse("has an offset of a day or more");
  const Node name = arguments.size() == 2 ? arguments[1] : Node();
  if (arguments.size() == 2 && name.kind() != ValueKind::text) return context.refuse(bad_arguments);
  const Node parts[] = {arguments[0], name};
  return context.document.make(ValueKind::timezone, parts);
}

}  // namespace cache_on_disk::pickle
