// A cached function on its own, which belongs to no object: a small object stands for it, has its tag and its name, and is what
// its one cell is found by. No caller has that object, so no argument of the function can be taken for it.
#pragma once

#include "cached_function.hpp"

namespace cache_on_disk::python {

/// The class of these objects (Anchor in cache_on_disk/_helpers.py).
bool is_anchor_type(PyTypeObject* type);
inline bool is_anchor(PyObject* object) { return is_anchor_type(Py_TYPE(object)); }

/// True for a function that belongs to a class, as Python or its qualified name tells.
bool is_of_class(const CachedFunction& function);

/// What stands for the function under set_tag(function); made at first. Throws nanobind::python_error.
nanobind::object anchor_of(CachedFunction& function);
/// The function of an anchor, borrowed.
CachedFunction& function_of_anchor(PyObject* anchor);
/// The function as nothing but that: of no class.
RecordShare record_of_anchor(PyObject* anchor);

}  // namespace cache_on_disk::python
