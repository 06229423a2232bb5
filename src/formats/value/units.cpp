#include "value/units.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "cache_on_disk/array.hpp"

namespace cache_on_disk::detail {
namespace {

// Units are made of others: prefixes of named ones, functions of composite ones. Hostile ones of themselves.
constexpr int deepest = 8;
constexpr std::size_t most_bases = 64;

std::optional<std::string> text_of(const ValueView& unit, int depth);

// Names are the first of a list, as in `_names` and in what irreducible units are made of.
std::optional<std::string> first_text(const ValueView& names) {
  if (names.kind() != ValueKind::list || names.empty()) return std::nullopt;
  const auto name = names.item(0).as_text();
  return name ? std::optional<std::string>(*name) : std::nullopt;
}

std::optional<double> number_of(const ValueView& value) {
  if (const auto number = value.as_double()) return *number;
  if (const auto number = value.as_int64()) return static_cast<double>(*number);
  return std::nullopt;
}

std::optional<std::string> fraction_text(double value) {
  for (int denominator = 1; denominator <= 12; ++denominator) {
    const double numerator = value * denominator;
    if (std::abs(numerator) > 1000 || numerator != std::round(numerator)) continue;
    if (denominator == 1) return numerator == 1 ? "" : fmt::format("{}", static_cast<int>(numerator));
    return fmt::format("({}/{})", static_cast<int>(numerator), denominator);
  }
  return std::nullopt;
}

// The absolute value of a power, and whether it is below zero.
std::optional<std::pair<std::string, bool>> power_text(const ValueView& power) {
  if (const auto number = number_of(power)) {
    auto text = fraction_text(std::abs(*number));
    if (!text) return std::nullopt;
    return std::pair(*std::move(text), *number < 0);
  }
  // fractions.Fraction, of a text ('1/2') or of two numbers
  if (power.kind() != ValueKind::object || power.name() != "Fraction") return std::nullopt;
  const ValueView arguments = power.arguments();
  std::int64_t numerator = 0, denominator = 1;
  if (arguments.size() == 2 && arguments.item(0).as_int64() && arguments.item(1).as_int64()) {
    numerator = *arguments.item(0).as_int64();
    denominator = *arguments.item(1).as_int64();
  } else if (const auto text = arguments.empty() ? std::nullopt : arguments.item(0).as_text()) {
    const auto slash = text->find('/');
    const std::string_view above = text->substr(0, slash);
    const std::string_view below = slash == std::string_view::npos ? "1" : text->substr(slash + 1);
    const auto parse = [](std::string_view digits, std::int64_t& number) {
      const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      return error == std::errc() && stop == digits.data() + digits.size();
    };
    if (!parse(above, numerator) || !parse(below, denominator)) return std::nullopt;
  }
  constexpr std::int64_t most = 1000;
  if (denominator < 1 || denominator > most || numerator < -most || numerator > most) return std::nullopt;
  const std::int64_t magnitude = std::abs(numerator);
  if (denominator == 1) return std::pair(magnitude == 1 ? "" : std::to_string(magnitude), numerator < 0);
  return std::pair(fmt::format("({}/{})", magnitude, denominator), numerator < 0);
}

std::optional<std::string> composite_text(const ValueView& unit, int depth) {
  const auto scale = unit.field("_scale"), bases = unit.field("_bases"), powers = unit.field("_powers");
  const auto factor = scale ? number_of(*scale) : std::nullopt;
  if (!factor || !std::isfinite(*factor) || !bases || !powers || bases->kind() != ValueKind::list ||
      powers->kind() != ValueKind::list || bases->size() != powers->size() || bases->size() > most_bases)
    return std::nullopt;
  std::vector<std::string> above, below;
  if (*factor != 1) above.push_back(fmt::format("{}", *factor));
  for (std::size_t i = 0; i < bases->size(); ++i) {
    const auto base = text_of(bases->item(i), depth + 1);
    const auto power = power_text(powers->item(i));
    if (!base || !power) return std::nullopt;
    (power->second ? below : above).push_back(*base + power->first);
  }
  std::string text = above.empty() && !below.empty() ? "1" : fmt::format("{}", fmt::join(above, " "));
  if (below.size() == 1) text += " / " + below[0];
  if (below.size() > 1) text += fmt::format(" / ({})", fmt::join(below, " "));
  return text;
}

std::optional<std::string> text_of(const ValueView& unit, int depth) {
  if (depth > deepest) return std::nullopt;
  if (const auto text = unit.as_text()) return std::string(*text);
  if (unit.kind() != ValueKind::object || !unit.module().starts_with("astropy.units")) return std::nullopt;
  if (unit.name() == "_recreate_irreducible_unit")
    return unit.arguments().size() >= 2 ? first_text(unit.arguments().item(1)) : std::nullopt;
  if (unit.name() == "CompositeUnit") return composite_text(unit, depth);
  // Some are written in another way than they are called: percent is %.
  const auto format = unit.field("_format");
  const auto generic = format ? format->find("generic") : std::nullopt;
  if (const auto text = generic ? generic->as_text() : std::nullopt) return std::string(*text);
  if (const auto names = unit.field("_names")) return first_text(*names);
  // Logarithmic units: mag(AB)
  const auto physical = unit.field("_physical_unit");
  const std::string_view function = unit.name() == "MagUnit"       ? "mag"
                                    : unit.name() == "DexUnit"     ? "dex"
                                    : unit.name() == "DecibelUnit" ? "dB"
                                                                   : "";
  if (!physical || function.empty()) return std::nullopt;
  auto inner = text_of(*physical, depth + 1);
  if (!inner) return std::nullopt;
  return fmt::format("{}({})", function, inner->empty() ? "1" : *inner);
}

// The numbers that a Quantity is made of: an array, a NumPy scalar, a number of Python's.
std::optional<AnyArray> numbers_of(const ValueView& value) {
  if (auto array = value.as_array()) return array;
  if (const auto number = value.as_double()) return AnyArray(Array<double>({}, {*number}));
  if (const auto number = value.as_complex()) return AnyArray(Array<std::complex<double>>({}, {*number}));
  if (const auto number = value.as_int64()) return AnyArray(Array<std::int64_t>({}, {*number}));
  return std::nullopt;
}

}  // namespace

std::optional<std::string> unit_text(const ValueView& unit) { return text_of(unit, 0); }

std::optional<QuantityArray> quantity_of(const ValueView& value) {
  if (value.kind() != ValueKind::object || !value.module().starts_with("astropy.") || value.arguments().empty())
    return std::nullopt;
  std::optional<std::string> unit;
  if (value.construction() == Construction::make) {
    if (const auto held = value.field("_unit")) unit = unit_text(*held);
  } else if (value.name() == "Quantity" && value.arguments().size() >= 2) {
    unit = unit_text(value.arguments().item(1));
  }
  auto numbers = unit ? numbers_of(value.arguments().item(0)) : std::nullopt;
  if (!numbers) return std::nullopt;
  return QuantityArray{*std::move(numbers), *std::move(unit)};
}

}  // namespace cache_on_disk::detail
