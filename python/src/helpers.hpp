// The functions and classes of the package's Python half that the module uses: what needs numpy, pickle or logging.
#pragma once

#include <nanobind/nanobind.h>
// Everywhere, or one source file would make std::string a class of its own, and the linker might take that
// for all.
#include <nanobind/stl/string.h>

#include <utility>

#include "gil.hpp"

namespace cache_on_disk::python {

/// An attribute of a module of the package, which is imported. Calls it by run_python().
class Helper {
 public:
  explicit Helper(const char* name, const char* module = "cache_on_disk._helpers");

  template <class... Arguments>
  nanobind::object operator()(Arguments&&... arguments) const {
    return run_python([&] { return nanobind::object(function_(std::forward<Arguments>(arguments)...)); });
  }
  PyObject* ptr() const noexcept { return function_.ptr(); }
  PyTypeObject* type() const noexcept { return reinterpret_cast<PyTypeObject*>(function_.ptr()); }

 private:
  nanobind::object function_;
};

struct Helpers {
  // Values: what is stored and kept of them, and how they come back.
  Helper settle{"settle"}, objection{"objection"}, saved{"saved"}, load_pickle{"load_pickle"}, load_npy{"load_npy"};
  Helper private_copy{"private_copy"}, kept_array{"kept_array"}, array_in_form{"array_in_form"};
  Helper describe_array{"describe_array"}, dtype_from_descr{"dtype_from_descr"}, identity{"identity"};
  // Arguments, and the elements of containers.
  Helper argument_parts{"argument_parts"}, raise_unnamed{"raise_unnamed"}, tell_of_arguments{"tell_of_arguments"};
  Helper is_enum{"is_enum"}, enum_key{"enum_key"}, plain_key{"plain_key"};
  Helper set_items{"set_items"}, deque_items{"deque_items"};
  // Classes and functions.
  Helper class_name{"class_name"}, class_dict{"class_dict"}, origins_of{"origins_of"};
  Helper reduced{"reduced"}, carrier_of{"carrier_of"};
  Helper Anchor{"Anchor"}, ndarray{"ndarray"}, deque{"deque"};
  Helper cached_property{"cached_property"}, partialmethod{"partialmethod"}, lru_cache_type{"lru_cache_type"};
  Helper log{"log"};
};

/// All of them, read when the first is used and kept for ever, as the module is. Throws nb::python_error.
const Helpers& helpers();

}  // namespace cache_on_disk::python
