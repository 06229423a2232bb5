// How a Python object goes into an ArgumentList.
#pragma once

#include <Python.h>

#include <string>

#include "cache_on_disk/detail/arguments/argument_list.hpp"

namespace cache_on_disk::python {

enum class ArgumentKinds {
  all,   ///< all that can name an entry
  plain  ///< None, bools, numbers, short str and bytes: what is cheap to compare
};

/// Why an argument cannot name a value.
struct ArgumentRefusal {
  std::string type;  ///< of what in it cannot, "module.Class"
  std::string why;
};

/// Adds one argument. If it cannot, it says why in `refusal`, which stays empty for ArgumentKinds::plain: such arguments are
/// not compared. Throws nanobind::python_error for what is not an Exception (KeyboardInterrupt).
bool add_argument(ArgumentList& list, PyObject* value, ArgumentKinds kinds, ArgumentRefusal& refusal);

}  // namespace cache_on_disk::python
