#include "helpers.hpp"

#include <memory>

namespace nb = nanobind;

namespace cache_on_disk::python {

Helper::Helper(const char* name, const char* module) {
  const nb::object imported = nb::steal(run_python([&] { return PyImport_ImportModule(module); }));
  if (!imported.is_valid()) throw nb::python_error();
  function_ = nb::steal(run_python([&] { return PyObject_GetAttrString(imported.ptr(), name); }));
  if (!function_.is_valid()) throw nb::python_error();
}

const Helpers& helpers() {
  // Not a static object of its own: a thread that waits for another one to make it would keep the interpreter lock.
  static const Helpers* known = nullptr;
  if (known == nullptr) {
    auto made = std::make_unique<const Helpers>();
    if (known == nullptr) known = made.release();
  }
  return *known;
}

}  // namespace cache_on_disk::python
