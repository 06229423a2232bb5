#include "function_root.hpp"

#include <nanobind/nanobind.h>

#include <string_view>

#include "binding/binding.hpp"
#include "helpers.hpp"
#include "origins.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {

bool is_anchor_type(PyTypeObject* type) { return type == helpers().Anchor.type(); }

bool is_of_class(const CachedFunction& function) {
  const std::string_view name = function.state->qualname;
  const std::size_t dot = name.rfind('.');
  return function.state->in_class || (dot != std::string_view::npos && !name.substr(0, dot).ends_with("<locals>"));
}

nb::object anchor_of(CachedFunction& function) {
  if (function.anchor == nullptr) {
    nb::object made = helpers().Anchor(nb::handle(reinterpret_cast<PyObject*>(&function)));
    if (function.anchor == nullptr) function.anchor = made.release().ptr();
  }
  return nb::borrow(function.anchor);
}

CachedFunction& function_of_anchor(PyObject* anchor) {
  const nb::object function = nb::handle(anchor).attr("function");  // the anchor holds it
  return checked_function(function.ptr());
}

RecordShare record_of_anchor(PyObject* anchor) {
  CachedFunction& function = function_of_anchor(anchor);
  const FunctionState& state = *function.state;
  core::Method alone;
  alone.origin = {"python", state.module, "", state.qualname, {}, state.version};
  alone.origin.program = ClassOrigins(&PyBaseObject_Type, {&function}).programs.front();
  alone.by_arguments = state.by_arguments;
  return record_of(function, core::intern(alone), Py_TYPE(anchor));
}

}  // namespace cache_on_disk::python
