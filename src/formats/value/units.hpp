// Quantities of astropy in a tree of values: an array and a unit.
#pragma once

#include <optional>
#include <string>

#include "cache_on_disk/value.hpp"

namespace cache_on_disk::detail {

/// A unit as astropy's "generic" format writes it: "m / s", "1000 kg", "mag(AB)". Nothing for what is not a unit,
/// or one that has no such text.
std::optional<std::string> unit_text(const ValueView& unit);

/// The array and unit of a Quantity, as Python pickles it or as this library writes it.
std::optional<QuantityArray> quantity_of(const ValueView& value);

}  // namespace cache_on_disk::detail
