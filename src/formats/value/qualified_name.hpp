// What an inert global or object refers to, by module and dotted name.
#pragma once

#include <optional>
#include <string>

#include "cache_on_disk/value.hpp"

namespace cache_on_disk::detail {

struct QualifiedName {
  std::string module;
  std::string name;  ///< may have dots: "Colour.red"

  /// "module.name", or the name alone if it is in no module.
  std::string text() const { return module.empty() ? name : module + "." + name; }
};

/// The name of a global, or of what getattr() finds in one, which is how Python writes members of enumerations,
/// nested classes and class methods: `getattr(<class 'm.Colour'>, 'red')` is m.Colour.red. Nothing for every
/// other value.
std::optional<QualifiedName> qualified_name(const ValueView& value);

/// Whether the value is what `getattr(object, 'name')` gives.
bool is_attribute_of_object(const ValueView& value) noexcept;

}  // namespace cache_on_disk::detail
