// The functions of the package's Python half that the module calls: what needs numpy, pickle or logging.
#pragma once

#include <nanobind/nanobind.h>
// Everywhere, or one source file would make std::string a class of its own, and the linker might take that
// for all.
#include <nanobind/stl/string.h>

#include <utility>

#include "gil.hpp"

namespace cache_on_disk::python {

/// Calls one of them (run_python).
class Helper {
 public:
  explicit Helper(nanobind::handle function) noexcept : function_(function) {}

  template <class... Arguments>
  nanobind::object operator()(Arguments&&... arguments) const {
    return run_python([&] { return nanobind::object(function_(std::forward<Arguments>(arguments)...)); });
  }
  PyObject* ptr() const noexcept { return function_.ptr(); }

 private:
  nanobind::handle function_;
};

/// An attribute of a module, which is imported (run_python). Throws nb::python_error.
nanobind::object attribute_of_module(const char* module, const char* name);

/// A function of cache_on_disk/_helpers.py, by name. `name` is a literal.
Helper helper(const char* name);

}  // namespace cache_on_disk::python
