// The core's exceptions as those of the package.
#pragma once

#include <exception>
#include <stdexcept>

namespace cache_on_disk::python {

/// A method was named that is not cached: NotCachedError in Python.
class NotAMethod : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Sets the Python exception (cache_on_disk/_errors.py) for one of the core; anything else passes. Needs the interpreter lock.
void set_error_of_core(const std::exception_ptr& thrown);

/// Sets the Python exception for any std::exception, at the end of what Python calls: that of a nanobind::python_error, that of
/// the core, or a RuntimeError. Needs the interpreter lock.
void set_error(const std::exception_ptr& thrown);

}  // namespace cache_on_disk::python
