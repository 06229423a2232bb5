#include "cache_on_disk/detail/npy/datetime_unit.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace cache_on_disk::npy {
namespace {

using Name = DatetimeUnit::Name;

constexpr std::array<std::string_view, 14> names{"generic", "Y",  "M",  "W",  "D",  "h",  "m",
                                                 "s",       "ms", "us", "ns", "ps", "fs", "as"};

// What a divisor may turn a unit into: the first smaller unit of which one unit holds a multiple of the
// divisor.
struct Smaller {
  Name name;
  std::int64_t count;
};
constexpr std::array<std::array<Smaller, 3>, 14> smaller_units{{
    {},
    {{{Name::month, 12}, {Name::week, 52}, {Name::day, 365}}},
    {{{Name::week, 4}, {Name::day, 30}, {Name::hour, 720}}},
    {{{Name::day, 7}, {Name::hour, 168}, {Name::minute, 10080}}},
    {{{Name::hour, 24}, {Name::minute, 1440}, {Name::second, 86400}}},
    {{{Name::minute, 60}, {Name::second, 3600}}},
    {{{Name::second, 60}, {Name::millisecond, 60000}}},
    {{{Name::millisecond, 1000}, {Name::microsecond, 1000000}}},
    {{{Name::microsecond, 1000}, {Name::nanosecond, 1000000}}},
    {{{Name::nanosecond, 1000}, {Name::picosecond, 1000000}}},
    {{{Name::picosecond, 1000}, {Name::femtosecond, 1000000}}},
    {{{Name::femtosecond, 1000}, {Name::attosecond, 1000000}}},
    {{{Name::attosecond, 1000}}},
    {},
}};

// Takes the digits at the front; false if they exceed 31 bits.
bool take_number(std::string_view& text, std::int64_t& number) {
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    number = number * 10 + (text.front() - '0');
    if (number > std::numeric_limits<std::int32_t>::max()) return false;
    text.remove_prefix(1);
  }
  return true;
}

}  // namespace

// unit = [ '[' [number] name [ '/' number ] ']' ], where the numbers are decimal and fit 31 bits.
Result<DatetimeUnit> DatetimeUnit::parse(std::string_view text) {
  if (text.empty()) return DatetimeUnit{};
  const Error error{fmt::format("'{}' is not a unit of time", text)};
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return error;
  std::string_view rest = text.substr(1, text.size() - 2);

  std::int64_t multiplier = 0;
  const bool counted = rest.front() >= '0' && rest.front() <= '9';
  if (!take_number(rest, multiplier)) return error;
  if (!counted) multiplier = 1;

  const std::string_view name = rest.substr(0, rest.find('/'));
  rest.remove_prefix(name.size());
  std::size_t unit = 0;
  while (unit < names.size() && names[unit] != name) ++unit;
  if (unit == names.size() || (unit == 0 && !rest.empty())) return error;
  if (unit == 0) return DatetimeUnit{};  // of no unit there is no multiple

  if (!rest.empty()) {
    rest.remove_prefix(1);
    std::int64_t divisor = 0;
    if (!take_number(rest, divisor) || !rest.empty() || divisor <= 0) return error;
    if (divisor != 1) {
      const Smaller* found = nullptr;
      for (const Smaller& smaller : smaller_units[unit]) {
        if (!found && smaller.count != 0 && smaller.count % divisor == 0) found = &smaller;
      }
      if (!found) return error;
      multiplier *= found->count / divisor;
      unit = static_cast<std::size_t>(found->name);
      if (multiplier > std::numeric_limits<std::int32_t>::max()) return error;
    }
  }
  return DatetimeUnit{static_cast<Name>(unit), static_cast<std::int32_t>(multiplier)};
}

std::string DatetimeUnit::text() const {
  if (name == Name::generic) return {};
  const std::string_view letters = names[static_cast<std::size_t>(name)];
  return multiplier == 1 ? fmt::format("[{}]", letters) : fmt::format("[{}{}]", multiplier, letters);
}

}  // namespace cache_on_disk::npy
