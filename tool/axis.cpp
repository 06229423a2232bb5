#include "axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cache_on_disk::tool {
namespace {

/// The smallest of 1, 2, 5 times a power of ten that is not below a length.
double round_step(double length) {
  const double power = std::pow(10.0, std::floor(std::log10(length)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= length * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

}  // namespace

double Axis::share_of(double value) const {
  const double span = high - low;
  return span > 0 && std::isfinite(span) ? (value - low) / span : 0.5;
}

std::string Axis::label(double value) const {
  return fmt::format("{:.4g}", logarithmic ? std::pow(10.0, value) : value);
}

std::vector<Tick> Axis::ticks(std::size_t most) const {
  const double span = high - low;
  if (!(span > 0) || !std::isfinite(span)) return {{low, label(low)}};
  double step = round_step(span / static_cast<double>(std::max<std::size_t>(most, 2) - 1));
  if (logarithmic) step = std::max(1.0, std::ceil(step));
  std::vector<Tick> ticks;
  // Counted in steps: sums of steps would not meet zero.
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + step * 1e-9 && ticks.size() < most; ++i) {
    const double value = i * step + 0.0;  // zero without a sign
    ticks.push_back({value, logarithmic ? label(value) : fmt::format("{:.6g}", value)});
  }
  // Of less than a decade, and of numbers that differ behind the sixth digit only, the ends tell more.
  const bool tell_apart = ticks.size() > 1 && ticks.front().label != ticks.back().label;
  if (tell_apart) return ticks;
  const double lowest = logarithmic ? std::pow(10.0, low) : low, highest = logarithmic ? std::pow(10.0, high) : high;
  return {{low, fmt::format("{:.10g}", lowest)}, {high, fmt::format("{:.10g}", highest)}};
}

}  // namespace cache_on_disk::tool
