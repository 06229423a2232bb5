// InstanceRef: the one weak reference by which all cells of an object hear that it dies, and the object's tag and name.
//
// Cells are found by the object's address, and an address is used again: the cells must go with the object.
#pragma once

#include <Python.h>

#include "cell.hpp"

namespace cache_on_disk::python {

struct InstanceRef {
  PyWeakReference weak;
  PyCell* first;  ///< the object's cells
  // Empty until a walk has found the object:
  SiblingsRef siblings;
  Step step;
};

/// Makes the type. -1 and an exception on failure.
int ready_instance_ref();

/// The reference of an object, made if it has none yet; new. nullptr without an exception if the object takes
/// no weak references, nullptr with one on failure.
InstanceRef* instance_ref(PyObject* object);

/// The reference that an object has, borrowed; nullptr if it has none.
InstanceRef* known_instance_ref(PyObject* object) noexcept;

/// The first of the cells of an object that takes no weak references and is kept by them; nullptr if there is none.
PyCell* first_kept_cell(PyObject* object) noexcept;
/// Puts a new cell of such an object to the others.
void chain_kept_cell(PyCell& cell);

/// Takes a cell out of its object's list and its function's table, and gives up the table's share in it.
void unlink(PyCell& cell);

}  // namespace cache_on_disk::python
