#include "text/amounts.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace cache_on_disk::text {
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

}  // namespace cache_on_disk::text
