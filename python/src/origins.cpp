#include "origins.hpp"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <tuple>
#include <utility>

#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {

ClassOrigins::ClassOrigins(PyTypeObject* type, const std::vector<CachedFunction*>& functions) {
  nb::list all;
  for (CachedFunction* const function : functions)
    all.append(nb::handle(function->state->has_identity ? Py_None : reinterpret_cast<PyObject*>(function)));
  std::tie(class_name, programs) = nb::cast<std::pair<std::string, std::vector<std::string>>>(
      helpers().origins_of(nb::handle(reinterpret_cast<PyObject*>(type)), all));
}

}  // namespace cache_on_disk::python
