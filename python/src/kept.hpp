// Kept: a value in memory that not every caller may get as it is.
#pragma once

#include <Python.h>
#include <nanobind/nanobind.h>

namespace cache_on_disk::python {

/// Makes the type, and adds it and the functions on buffers to the module.
void add_kept(nanobind::module_& module);

bool is_kept(PyObject* value) noexcept;

/// A Kept for an array that all callers share until one of them changes its form.
nanobind::object keep_array(nanobind::handle array);

/// The value for one caller: the one that is shown to all while that is sound, else a fresh one; `own`: one that this caller
/// may change. Throws nb::python_error.
nanobind::object value_of(PyObject* kept, bool own);

}  // namespace cache_on_disk::python
