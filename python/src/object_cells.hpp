// The cells of one object: made for it, found by its tag, taken away when it dies.
//
// Cells are found by the object's address, and an address is used again: the cells must go with the object.
#pragma once

#include <Python.h>

#include "cached_function.hpp"

namespace cache_on_disk::python {

/// Makes the type of the weak references that tell cells when their object dies. -1 and an exception on failure.
int ready_instance_ref();

/// The cell of an object, made if it has none yet, and of the record's class from now on. Throws nanobind::python_error and
/// std::bad_alloc.
PyCell& cell_of(MethodRecord& record, PyObject* object);

/// Any cell of the object that is under a tag which a walk gave; nullptr if it has none.
const PyCell* tagged_cell(PyObject* object);

/// Takes a cell out of its object's list and its function's table, and gives up the table's share in it.
void unlink(PyCell& cell);

}  // namespace cache_on_disk::python
