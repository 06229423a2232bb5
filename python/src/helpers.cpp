#include "helpers.hpp"

#include <unordered_map>

namespace nb = nanobind;

namespace cache_on_disk::python {

Helper helper(const char* name) {
  // Keyed by the literal; kept for ever, as the module is.
  static auto& known = *new std::unordered_map<const char*, nb::object>;
  const auto found = known.find(name);
  if (found != known.end()) return Helper(found->second);
  nb::object function =
      run_python([&] { return nb::object(nb::module_::import_("cache_on_disk._helpers").attr(name)); });
  return Helper(known.emplace(name, std::move(function)).first->second);
}

}  // namespace cache_on_disk::python
