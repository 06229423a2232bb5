// cache_on_disk._core: the compiled half of the Python package.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "cache_on_disk/version.hpp"
#include "cached_function_type.hpp"
#include "callers.hpp"
#include "core_errors.hpp"
#include "gil.hpp"
#include "kept.hpp"
#include "log_bridge.hpp"
#include "manage.hpp"
#include "object_cells.hpp"
#include "payload_buffer.hpp"
#include "values.hpp"

namespace nb = nanobind;

namespace {

PyObject* first_module = nullptr;  // never released
PyInterpreterState* home = nullptr;

/// What the module knows of objects and classes is there once in a process. Code that imports it again, after taking it out of
/// sys.modules, gets the same; another interpreter, whose objects are strangers, gets an ImportError.
bool is_made_before(nb::module_& module) {
  if (first_module == nullptr) {
    home = PyInterpreterState_Get();
    return false;
  }
  if (PyInterpreterState_Get() != home) {
    PyErr_SetString(PyExc_ImportError,
                    "cache_on_disk works in one interpreter of a process, and another one has imported it already");
    throw nb::python_error();
  }
  if (PyDict_Merge(PyModule_GetDict(module.ptr()), PyModule_GetDict(first_module), 0) != 0) throw nb::python_error();
  return true;
}

}  // namespace

NB_MODULE(_core, module) {
  using namespace cache_on_disk::python;
  if (is_made_before(module)) return;
  // Daemon threads keep what they hold when the program ends (run_python); nanobind would report it as leaked.
  nb::set_leak_warnings(false);
  module.attr("version") = cache_on_disk::library_version;
  if (add_cached_function(module.ptr()) != 0 || ready_instance_ref() != 0 || ready_payload_buffer() != 0)
    throw nb::python_error();
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) { set_error_of_core(thrown); },
                                    nullptr);
  add_callers(module);
  add_kept(module);
  add_arrays(module);
  add_tree_functions(module);
  add_cell_handle(module);
  add_options(module);
  module.def("log_from", &bridge_log);
  first_module = nb::object(module).release().ptr();
}
