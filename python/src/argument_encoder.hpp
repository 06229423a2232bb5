// How a Python object goes into an ArgumentList.
#pragma once

#include "parameters.hpp"

namespace cache_on_disk::python {

/// Adds one argument. False with a TypeError set if it is of a type that cannot name an entry; for
/// ArgumentKinds::plain false without an exception.
bool add_argument(ArgumentList& list, PyObject* value, ArgumentKinds kinds);

}  // namespace cache_on_disk::python
