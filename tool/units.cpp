#include "units.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <ctime>
#include <utility>

namespace cache_on_disk::tool {
namespace {

/// Three significant digits, none behind a point that are not needed.
std::string three_digits(double value) {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (decimals > 0) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

/// A number at the start of `text`, which is cut off, with the spaces behind it.
std::optional<double> take_number(std::string_view& text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !(number >= 0) || !std::isfinite(number)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return number;
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  if (count == 1) return fmt::format("1 {}", one);
  return many.empty() ? fmt::format("{} {}s", count, one) : fmt::format("{} {}", count, many);
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  for (; value >= 999.5 && unit + 1 < units.size(); ++unit) value /= 1024;
  return fmt::format("{} {}", three_digits(value), units[unit]);
}

std::string duration_text(double seconds) {
  constexpr std::pair<double, const char*> units[] = {
      {1e-6, "us"}, {1e-3, "ms"}, {1, "s"}, {60, "min"}, {3600, "h"}, {86400, "d"}, {365.25 * 86400, "y"}};
  if (seconds <= 0) return "0 s";
  const std::pair<double, const char*>* best = units;
  for (const auto& unit : units)
    if (seconds >= unit.first * 0.9995) best = &unit;
  return fmt::format("{} {}", three_digits(seconds / best->first), best->second);
}

std::string time_text(std::int64_t nanoseconds) {
  const std::time_t seconds = nanoseconds / 1'000'000'000;
  std::tm fields{};
  if (::gmtime_r(&seconds, &fields) == nullptr) return {};
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fields);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  double factor = 1;
  if (!text.empty() && text != "B") {
    constexpr std::string_view letters = "KMGTPE";
    const auto power =
        letters.find(static_cast<char>(std::toupper(static_cast<unsigned char>(text.front()))));
    const std::string_view rest = text.substr(1);
    if (power == std::string_view::npos || !(rest.empty() || rest == "iB" || rest == "B"))
      return std::nullopt;
    factor = std::pow(rest == "B" ? 1000.0 : 1024.0, static_cast<double>(power + 1));
  }
  const double bytes = *number * factor;
  if (bytes >= 18446744073709549568.0) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

std::optional<double> parse_age(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  constexpr std::pair<std::string_view, double> units[] = {
      {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400}, {"y", 365.25 * 86400}};
  for (const auto& [name, seconds] : units)
    if (text == name) return *number * seconds;
  return std::nullopt;
}

}  // namespace cache_on_disk::tool
