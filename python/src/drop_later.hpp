// Dropping a value may run any code, so values that cells forget during an operation of the core are dropped after it.
//
// Guarded by the interpreter lock.
#pragma once

#include <Python.h>

namespace cache_on_disk::python {

/// Takes the reference over.
void drop_later(PyObject* object) noexcept;
/// Calls cache_clear() of an lru_cache at that time.
void clear_later(PyObject* lru_cache) noexcept;
/// Drops all values that were put off. No cell may be half changed when it is called.
void drop_now();
/// Calls drop_now() at the end of a scope.
struct DropAtEnd {
  ~DropAtEnd() { drop_now(); }
};

}  // namespace cache_on_disk::python
