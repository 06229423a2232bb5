#include "callers.hpp"

#include <algorithm>

#include "system/process.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

PyObject* variable = nullptr;  // kept as long as the module

/// The value of the variable, a new reference; nullptr if it is not set.
PyObject* known_callers() {
  PyObject* value = nullptr;
  if (PyContextVar_Get(variable, nullptr, &value) != 0) PyErr_Clear();
  return value;
}

bool contains(PyObject* callers, std::uintptr_t caller) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(callers); ++i)
    if (PyLong_AsSize_t(PyTuple_GET_ITEM(callers, i)) == caller) return true;
  return false;
}

/// The callers with this thread before them; nullptr and an exception on failure.
PyObject* with_thread(PyObject* callers, std::uintptr_t thread) {
  const Py_ssize_t count = callers != nullptr ? PyTuple_GET_SIZE(callers) : 0;
  PyObject* const all = PyTuple_New(count + 1);
  PyObject* const number = PyLong_FromSize_t(thread);
  if (all == nullptr || number == nullptr) {
    Py_XDECREF(all);
    Py_XDECREF(number);
    return nullptr;
  }
  PyTuple_SET_ITEM(all, 0, number);
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const caller = PyTuple_GET_ITEM(callers, i);
    Py_INCREF(caller);
    PyTuple_SET_ITEM(all, i + 1, caller);
  }
  return all;
}

}  // namespace

void add_callers(nb::module_& module) {
  variable = PyContextVar_New("cache_on_disk_callers", nullptr);
  if (variable == nullptr) throw nb::python_error();
  module.attr("callers") = nb::handle(variable);
}

std::vector<std::uintptr_t> callers_of_this_thread() {
  std::vector<std::uintptr_t> callers{system::this_thread_id()};
  const nb::object known = nb::steal(known_callers());
  if (!known.is_valid()) return callers;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(known.ptr()); ++i) {
    const std::uintptr_t caller = PyLong_AsSize_t(PyTuple_GET_ITEM(known.ptr(), i));
    if (caller != callers.front()) callers.push_back(caller);
  }
  return callers;
}

ComputesOnThisThread::ComputesOnThisThread() {
  const std::uintptr_t thread = system::this_thread_id();
  const nb::object known = nb::steal(known_callers());
  if (known.is_valid() && contains(known.ptr(), thread)) return;
  const nb::object all = nb::steal(with_thread(known.ptr(), thread));
  if (all.is_valid()) before_ = PyContextVar_Set(variable, all.ptr());
  if (before_ == nullptr) PyErr_Clear();  // out of memory: what it starts counts as nobody's
}

ComputesOnThisThread::~ComputesOnThisThread() {
  if (before_ == nullptr) return;
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);  // what the function raised
  // A function that changed the context of its thread leaves what it likes there.
  if (PyContextVar_Reset(variable, before_) != 0) PyErr_Clear();
  PyErr_Restore(type, value, traceback);
  Py_DECREF(before_);
}

}  // namespace cache_on_disk::python
