// Functions and classes in Python that the module uses: those that need numpy, pickle or logging.
#pragma once

#include <nanobind/nanobind.h>
// Everywhere, or one source file would make std::string a class of its own, and the linker might take that
// for all.
#include <nanobind/stl/string.h>

#include <utility>

#include "gil.hpp"

namespace cache_on_disk::python {

/// An attribute of a module, which is imported. Calls it by run_python().
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
  // Values: storing, keeping and reading them.
  Helper settle{"settle", "cache_on_disk._values"}, objection{"objection", "cache_on_disk._plain_trust"};
  Helper saved{"saved", "cache_on_disk._values"}, load_pickle{"load_pickle", "cache_on_disk._values"};
  Helper load_npy{"load_npy", "cache_on_disk._values"}, kept_array{"kept_array", "cache_on_disk._shared"};
  Helper private_copy{"private_copy", "cache_on_disk._values"}, identity{"identity"};
  Helper array_in_form{"array_in_form", "cache_on_disk._values"};
  Helper describe_array{"describe_array", "cache_on_disk._values"};
  Helper dtype_from_descr{"dtype_from_descr", "cache_on_disk._dtypes"};
  // Arguments, and the elements of containers.
  Helper argument_parts{"argument_parts"}, raise_unnamed{"raise_unnamed"}, tell_of_arguments{"tell_of_arguments"};
  Helper is_enum{"is_enum"}, enum_key{"enum_key"}, plain_key{"plain_key"};
  Helper set_items{"set_items"}, deque_items{"deque_items"};
  // Classes and functions.
  Helper class_name{"class_name", "cache_on_disk._origins"}, origins_of{"origins_of", "cache_on_disk._origins"};
  Helper reduced{"reduced", "cache_on_disk._function_pickles"};
  Helper carrier_of{"carrier_of", "cache_on_disk._function_pickles"};
  Helper class_dict{"class_dict"}, Anchor{"Anchor", "cache_on_disk._anchor"}, lru_cache_type{"lru_cache_type"};
  Helper ndarray{"ndarray", "numpy"}, deque{"deque", "collections"};
  Helper cached_property{"cached_property", "functools"}, partialmethod{"partialmethod", "functools"};
  Helper log{"log", "cache_on_disk._logging"};
};

/// All of them, read when the first is used; they are never freed, like the module. Throws nb::python_error.
const Helpers& helpers();

}  // namespace cache_on_disk::python
