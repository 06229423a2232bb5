#include "helpers.hpp"

#include <unordered_map>

namespace nb = nanobind;

namespace cache_on_disk::python {

nb::object attribute_of_module(const char* module, const char* name) {
  const nb::object imported = nb::steal(run_python([&] { return PyImport_ImportModule(module); }));
  if (!imported.is_valid()) throw nb::python_error();
  nb::object attribute =
      nb::steal(run_python([&] { return PyObject_GetAttrString(imported.ptr(), name); }));
  if (!attribute.is_valid()) throw nb::python_error();
  return attribute;
}

Helper helper(const char* name) {
  // Keyed by the literal; kept for ever, as the module is.
  static auto& known = *new std::unordered_map<const char*, nb::object>;
  const auto found = known.find(name);
  if (found != known.end()) return Helper(found->second);
  nb::object function = attribute_of_module("cache_on_disk._helpers", name);
  return Helper(known.emplace(name, std::move(function)).first->second);
}

}  // namespace cache_on_disk::python
