// cache_on_disk._core: the compiled half of the Python package.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <stdexcept>

#include "cache_on_disk/cached_method.hpp"
#include "cache_on_disk/version.hpp"
#include "cached_function.hpp"
#include "gil.hpp"
#include "instance_ref.hpp"
#include "log_bridge.hpp"
#include "manage.hpp"
#include "payload_buffer.hpp"

namespace nb = nanobind;

namespace {

/// The core's exceptions as those of the package.
void translate(const std::exception_ptr& thrown, void*) {
  const auto raise = [](const char* name, const char* message) {
    const nb::object type = cache_on_disk::python::run_python(
        [&] { return nb::object(nb::module_::import_("cache_on_disk._errors").attr(name)); });
    PyErr_SetString(type.ptr(), message);
  };
  try {
    std::rethrow_exception(thrown);
  } catch (const cache_on_disk::TagNotSetException& error) {
    raise("TagNotSetException", error.what());
  } catch (const std::invalid_argument& error) {
    raise("InvalidValueError", error.what());
  }
}

}  // namespace

NB_MODULE(_core, module) {
  using namespace cache_on_disk::python;
  module.attr("version") = cache_on_disk::library_version;
  if (add_cached_function(module.ptr()) != 0 || ready_instance_ref() != 0 || ready_payload_buffer() != 0)
    throw nb::python_error();
  nb::register_exception_translator(translate, nullptr);
  add_tree_functions(module);
  add_cell_handle(module);
  add_options(module);
  module.def("log_from", &bridge_log);
}
