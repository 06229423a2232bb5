// Dropping a value may run any code, so what cells forget within an operation of the core is dropped behind it.
//
// Guarded by the interpreter lock.
#pragma once

#include <Python.h>

namespace cache_on_disk::python {

/// Takes the reference over.
void drop_later(PyObject* object) noexcept;
/// Calls cache_clear() of an lru_cache then.
void clear_later(PyObject* lru_cache) noexcept;
/// Drops what has been put off. To be called with no cell's state in between.
void drop_now();
/// Calls drop_now() at the end of a scope.
struct DropAtEnd {
  ~DropAtEnd() { drop_now(); }
};

}  // namespace cache_on_disk::python
