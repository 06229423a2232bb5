// What lies below decorators: the cached function that an attribute of a class, or anything that can be called, leads to.
//
// Nothing here evaluates anything of a class's own: dictionaries, slots, closures and what C types tell are read.
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

/// The same of an attribute of a class, where a decorator tells nothing of what it has wrapped: looks into closures and
/// attributes, and believes only a function of exactly this qualified name, which is asked for where a function is found.
CachedFunction* function_hidden_in(PyObject* value, const std::function<std::string()>& qualname);

/// A function and the object it is called on: of a bound method, or (with none) of a function on its own.
struct CachedCallable {
  CachedFunction* function = nullptr;
  nanobind::object self;
};
CachedCallable cached_callable(nanobind::handle value);

/// Takes away what decorators over a cached method keep of the values it gave: what a cached_property has put into the object's
/// dictionary, and what an lru_cache holds. Values go by drop_later().
void forget_above(const PyCell& cell);
/// True if there is something that forget_above() would look for.
bool is_kept_above(const std::vector<PyObject*>& layers);

}  // namespace cache_on_disk::python
