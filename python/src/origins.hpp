// Where classes and the functions that are their methods come from.
#pragma once

#include <Python.h>

#include <string>
#include <vector>

#include "cached_function.hpp"

namespace cache_on_disk::python {

/// What a class is called and, of cached functions as methods of it, which programs they belong to (_origins.py).
struct ClassOrigins {
  ClassOrigins(PyTypeObject* type, const std::vector<CachedFunction*>& functions);
  std::string class_name;             ///< "module.Class"
  std::vector<std::string> programs;  ///< of each function; empty where an identity tells enough
};

}  // namespace cache_on_disk::python
