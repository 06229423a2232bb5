// How a Python object goes into an ArgumentList.
#pragma once

#include "parameters.hpp"

namespace cache_on_disk::python {

/// Adds one argument. Otherwise tells why in `refusal`, which stays empty for ArgumentKinds::plain: there such an argument is
/// left out of comparisons. Throws nanobind::python_error for what is not an Exception (KeyboardInterrupt).
bool add_argument(ArgumentList& list, PyObject* value, ArgumentKinds kinds, ArgumentRefusal& refusal);

}  // namespace cache_on_disk::python
