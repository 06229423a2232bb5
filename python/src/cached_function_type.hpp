// The type of cached functions, as Python has it, and their call. The one hot type of the module, so it is written
// by hand: a method descriptor with a vectorcall, which a plain method call reaches without a bound method.
#pragma once

#include <Python.h>

namespace cache_on_disk::python {

/// Makes the type and adds it to the module. -1 and an exception on failure.
int add_cached_function(PyObject* module);

/// All that cached functions have in memory is forgotten.
void forget_all_values();

}  // namespace cache_on_disk::python
