// The cached function below decorators: of an attribute of a class, or of any callable.
//
// Nothing here runs code of a class: only dictionaries, slots, closures and the members of C types are read.
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <string>
#include <vector>

#include "cached_function.hpp"

namespace cache_on_disk::python {

/// The cached function behind a value: itself, or what a property, a cached_property or a decorator over it leads to by
/// `__wrapped__`, or by what functools.wraps has copied. nullptr if there is none; borrowed.
/// `layers`: takes what lies above the function, the outermost first; borrowed.
CachedFunction* function_behind(PyObject* value, std::vector<PyObject*>* layers = nullptr);

/// The same of an attribute of a class, below a decorator that does not show the function it wraps: looks into closures and
/// attributes, and accepts only a function of exactly this qualified name, which is worked out only if a function is found.
CachedFunction* function_hidden_in(PyObject* value, const std::function<std::string()>& qualname);

/// A function and the object it is called on: of a bound method, or (with none) of a function on its own.
struct CachedCallable {
  CachedFunction* function = nullptr;
  nanobind::object self;
};
CachedCallable cached_callable(nanobind::handle value);

/// Removes the values that decorators over a cached method keep: those that a cached_property has put into the object's
/// dictionary, and those in an lru_cache. They go by drop_later().
void forget_above(const PyCell& cell);
/// True if one of the layers is such a decorator.
bool is_kept_above(const std::vector<PyObject*>& layers);

}  // namespace cache_on_disk::python
