#include "helpers.hpp"

#include <unordered_map>

namespace nb = nanobind;

namespace cache_on_disk::python {

nb::handle helper(const char* name) {
  // Keyed by the literal; kept for ever, as the module is.
  static auto& known = *new std::unordered_map<const char*, nb::object>;
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  nb::object function = nb::module_::import_("cache_on_disk._helpers").attr(name);
  return known.emplace(name, std::move(function)).first->second;
}

}  // namespace cache_on_disk::python
