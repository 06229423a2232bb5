// cache_on_disk._core: the compiled half of the Python package.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "cache_on_disk/version.hpp"
#include "cached_function.hpp"
#include "callers.hpp"
#include "core_errors.hpp"
#include "gil.hpp"
#include "instance_ref.hpp"
#include "kept.hpp"
#include "log_bridge.hpp"
#include "manage.hpp"
#include "payload_buffer.hpp"
#include "values.hpp"

namespace nb = nanobind;

NB_MODULE(_core, module) {
  using namespace cache_on_disk::python;
  module.attr("version") = cache_on_disk::library_version;
  if (add_cached_function(module.ptr()) != 0 || ready_instance_ref() != 0 || ready_payload_buffer() != 0)
    throw nb::python_error();
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) { set_error_of_core(thrown); }, nullptr);
  add_callers(module);
  add_kept(module);
  add_arrays(module);
  add_tree_functions(module);
  add_cell_handle(module);
  add_options(module);
  module.def("log_from", &bridge_log);
}
