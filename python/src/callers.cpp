#include "callers.hpp"

#include <optional>

#include "process/process.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

PyObject* variable = nullptr;  // kept as long as the module

/// The value of the variable, a new reference; nullptr if it is not set.
PyObject* known_computations() {
  PyObject* value = nullptr;
  if (PyContextVar_Get(variable, nullptr, &value) != 0) PyErr_Clear();
  return value;
}

/// Whose computation it is; none once it has ended.
std::optional<std::uintptr_t> caller_of(PyObject* computation) {
  if (PyList_GET_SIZE(computation) == 0) return std::nullopt;
  return PyLong_AsSize_t(PyList_GET_ITEM(computation, 0));
}

bool contains(PyObject* computations, std::uintptr_t caller) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(computations); ++i)
    if (caller_of(PyTuple_GET_ITEM(computations, i)) == caller) return true;
  return false;
}

}  // namespace

void add_callers(nb::module_& module) {
  variable = PyContextVar_New("cache_on_disk_computations", nullptr);
  if (variable == nullptr) throw nb::python_error();
  module.attr("computations") = nb::handle(variable);
}

std::vector<std::uintptr_t> callers_of_this_thread() {
  std::vector<std::uintptr_t> callers{system::this_thread_id()};
  const nb::object known = nb::steal(known_computations());
  if (!known.is_valid()) return callers;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(known.ptr()); ++i) {
    const auto caller = caller_of(PyTuple_GET_ITEM(known.ptr(), i));
    if (caller && caller != callers.front()) callers.push_back(*caller);
  }
  return callers;
}

ComputesOnThisThread::ComputesOnThisThread() {
  const std::uintptr_t thread = system::this_thread_id();
  const nb::object known = nb::steal(known_computations());
  if (known.is_valid() && contains(known.ptr(), thread)) return;
  try {
    nb::list computation, all;  // this one, and those around it that have not ended
    computation.append(thread);
    all.append(computation);
    for (const nb::handle outer : known.is_valid() ? nb::borrow<nb::tuple>(known) : nb::make_tuple())
      if (caller_of(outer.ptr())) all.append(outer);
    before_ = PyContextVar_Set(variable, nb::tuple(all).ptr());
    computation_ = computation.release().ptr();
  } catch (nb::python_error&) {
    // out of memory: what it starts does not count as a part of it
  }
  if (before_ == nullptr) PyErr_Clear();
}

ComputesOnThisThread::~ComputesOnThisThread() {
  if (computation_ == nullptr) return;
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);  // what the function raised
  // Tasks and threads that outlive the computation are within it no longer.
  if (PyList_SetSlice(computation_, 0, 1, nullptr) != 0) PyErr_Clear();
  // A function that changed the context of its thread leaves what it likes there.
  if (before_ != nullptr && PyContextVar_Reset(variable, before_) != 0) PyErr_Clear();
  PyErr_Restore(type, value, traceback);
  Py_XDECREF(before_);
  Py_DECREF(computation_);
}

}  // namespace cache_on_disk::python
