// One call of a cached method of a Python object: the front door of Python programs.
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <string>
#include <utility>

#include "cached_function.hpp"
#include "core_call.hpp"
#include "wrappers.hpp"

namespace cache_on_disk::python {

/// A call of an object that has no cell: straight to the function.
PyObject* call_untagged(CachedFunction* function, PyObject* const* args, std::size_t nargsf, PyObject* kwnames);

/// A call on a cell that is not a plain hit in memory. args[0] is the object, unless the cell is a function's on its own.
PyObject* call_cell(CachedFunction* function, PyCell& cell, PyObject* const* args, std::size_t nargsf,
                    PyObject* kwnames);

/// The arguments of a call, as they stand in the name; "" for those that are not by arguments.
/// `alone`: of a function on its own.
NamedArguments name_of_arguments(CachedFunction* function, bool alone, const CallArguments& arguments);

// Operations on a cell for calls and management, since the cell itself only stores. The caller holds a share in it. They throw
// nb::python_error.

/// The value a caller gets for one that was in memory for these arguments: it, or another on the same elements, or a copy.
nanobind::object shown(PyCell& cell, const std::string& arguments, nanobind::handle kept);
/// The value for these arguments, wherever it is.
nanobind::object answer(PyCell& cell, nanobind::handle owner, const std::string& arguments, std::string noted_arguments,
                        const Computation& computation);
/// Stores a value as if the function had returned it.
void put(PyCell& cell, PyObject* value, const std::string& arguments);
/// Calls a function of the cell that drops its values, and drops what decorators over the method keep of them, too: a
/// cached_property, an lru_cache.
template <class Operation, class... Arguments>
void drop_with(Operation operation, PyCell& cell, Arguments&&... arguments) {
  std::invoke(operation, cell, std::forward<Arguments>(arguments)...);
  forget_above(cell);
}
/// Says that a call goes without the cache, because an argument cannot name a value. Throws UncachedError under
/// Options::strict.
void tell_unnamed(const PyCell& cell, const ArgumentRefusal& refusal);

}  // namespace cache_on_disk::python
