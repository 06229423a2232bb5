// Methods that an object gets after it was tagged: by a reload, by a change of its class, by an assignment to the class.
#pragma once

#include <set>
#include <string>

#include "cached_function.hpp"

namespace cache_on_disk::python {

/// The cell of a cached function that is called on an object which has a tag but no cell for it yet: an object that has a tag
/// has it for every cached function of its class. nullptr if it has no tag, or if the function is not its class's; nullptr and
/// an exception on failure.
PyCell* cell_of_tagged(CachedFunction& function, PyObject* object) noexcept;

/// The directory of the tag that a walk gave the object; empty if it has none.
std::string tag_directory_of(PyObject* object);

/// Names ("Class.method") of methods that were called on objects of a class under a tag, and could not get a cell: explain
/// reports them.
const std::set<std::string>& methods_without_cell(PyTypeObject* type);

}  // namespace cache_on_disk::python
