// A cached function on its own, which belongs to no object. A small object, its anchor, has its tag and name, and its one cell is
// found by the anchor's address. No caller has the anchor, so no argument of the function can be mistaken for it.
#pragma once

#include "cached_function.hpp"

namespace cache_on_disk::python {

/// The class of these objects (Anchor in cache_on_disk/_helpers.py).
bool is_anchor_type(PyTypeObject* type);
inline bool is_anchor(PyObject* object) { return is_anchor_type(Py_TYPE(object)); }

/// True for a function that belongs to a class, as Python or its qualified name tells.
bool is_of_class(const CachedFunction& function);

/// The anchor of a function, made at its first use. Throws nanobind::python_error.
nanobind::object anchor_of(CachedFunction& function);
/// The function of an anchor, borrowed.
CachedFunction& function_of_anchor(PyObject* anchor);
/// The record of the function as a method of no class.
RecordShare record_of_anchor(PyObject* anchor);

}  // namespace cache_on_disk::python
