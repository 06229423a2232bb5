// One call of a cached method of a Python object: the front door of Python programs.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

#include "cached_function.hpp"

namespace cache_on_disk::python {

/// A call of an object that has no cell: straight to the function.
PyObject* call_untagged(CachedFunction* function, PyObject* const* args, std::size_t nargsf,
                        PyObject* kwnames);

/// A call on a cell that is not a plain hit in memory. args[0] is the object, unless the cell is a function's on its own.
PyObject* call_cell(CachedFunction* function, PyCell& cell, PyObject* const* args, std::size_t nargsf,
                    PyObject* kwnames);

/// What runs a function for a cell, and who asks.
struct Computation {
  PyObject* callee;
  PyObject* const* args;
  std::size_t nargsf;
  PyObject* kwnames;
  std::vector<std::uintptr_t> callers{};  ///< core::Call::callers(); empty: the calling thread
  bool replace = false;              ///< what is stored is not wanted
  PyObject* is_abandoned = nullptr;  ///< asked while waiting: true ends the wait
};

/// The value for a cell and arguments, wherever it is. Throws nb::python_error.
nanobind::object answer(PyCell& cell, nanobind::handle owner, const std::string& arguments,
                        std::string noted_arguments, const Computation& computation);

/// The arguments of a call, as they stand in the name; "" for those that are not by arguments.
/// `alone`: of a function on its own.
NamedArguments name_of_arguments(CachedFunction* function, bool alone, const CallArguments& arguments);

/// Says that a call goes without the cache, because an argument cannot name a value. Throws UncachedError under
/// Options::strict.
void tell_unnamed(const PyCell& cell, const ArgumentRefusal& refusal);

/// The value a caller gets for what is kept for these arguments: it, or another on the same elements, or a copy.
nanobind::object shown(PyCell& cell, const std::string& arguments, nanobind::handle kept);

/// Stores a value as if the function had returned it.
void put_value(PyCell& cell, PyObject* value, const std::string& arguments);

}  // namespace cache_on_disk::python
