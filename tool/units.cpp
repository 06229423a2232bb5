#include "units.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cmath>
#include <ctime>

namespace cache_on_disk::tool {
namespace {

/// A number at the start of `text`, which is cut off, with the spaces behind it.
std::optional<double> take_number(std::string_view& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !(number >= 0) || !std::isfinite(number)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return number;
}

}  // namespace

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
    const auto power = letters.find(static_cast<char>(std::toupper(static_cast<unsigned char>(text.front()))));
    const std::string_view rest = text.substr(1);
    if (power == std::string_view::npos || !(rest.empty() || rest == "iB" || rest == "B")) return std::nullopt;
    factor = std::pow(rest == "B" ? 1000.0 : 1024.0, static_cast<double>(power + 1));
  }
  const double bytes = *number * factor;
  if (bytes >= 18446744073709549568.0) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

std::optional<double> parse_age(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  constexpr std::pair<std::string_view, double> units[] = {{"s", 1},     {"min", 60},      {"h", 3600},
                                                           {"d", 86400}, {"w", 7 * 86400}, {"y", 365.25 * 86400}};
  for (const auto& [name, seconds] : units)
    if (text == name) return *number * seconds;
  return std::nullopt;
}

}  // namespace cache_on_disk::tool
