// The core's exceptions as those of the package.
#pragma once

#include <exception>

namespace cache_on_disk::python {

/// Sets the Python exception (cache_on_disk/_errors.py) for one of the core; anything else passes. Needs the interpreter lock.
void set_error_of_core(const std::exception_ptr& thrown);

}  // namespace cache_on_disk::python
