#include "gil.hpp"

#include <cxxabi.h>
#include <unistd.h>

namespace cache_on_disk::python {
namespace {

thread_local bool ends_the_interpreter = false;

}  // namespace

void park_thread() noexcept {
  while (true) ::pause();
}

bool interpreter_is_ending() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0 || Py_IsInitialized() == 0;
#else
  return _Py_IsFinalizing() != 0 || Py_IsInitialized() == 0;
#endif
}

// CPython before 3.14 ends a thread that asks for the lock too late by pthread_exit: a forced unwinding,
// which must be held up before it reaches a function that is noexcept. One that asks later still, when the
// interpreter is gone, crashes: it is not to ask.
GilHeld::GilHeld() {
  if (interpreter_is_ending() && !ends_the_interpreter) park_thread();
  try {
    state_ = PyGILState_Ensure();
  } catch (abi::__forced_unwind&) {
    park_thread();
  }
}

// The same happens to code that was called under the lock, gave it up for a while and wants it back: then we
// are unwound.
GilHeld::~GilHeld() {
  if (PyGILState_Check() == 0) park_thread();
  PyGILState_Release(state_);
}

GilKept::~GilKept() {
  if (PyGILState_Check() == 0) park_thread();
}

// Only the thread that ends the interpreter has its lock then.
GilReleased::GilReleased() {
  if (interpreter_is_ending()) ends_the_interpreter = true;
  state_ = PyEval_SaveThread();
}

GilReleased::~GilReleased() {
  if (interpreter_is_ending() && !ends_the_interpreter) park_thread();
  try {
    PyEval_RestoreThread(state_);
  } catch (abi::__forced_unwind&) {
    park_thread();
  }
}

std::shared_ptr<const void> shared_reference(PyObject* object) {
  Py_INCREF(object);
  return {static_cast<const void*>(object), [](const void* dropped) {
            if (interpreter_is_ending()) return;  // the memory goes with the process
            const GilHeld held;
            Py_DECREF(static_cast<PyObject*>(const_cast<void*>(dropped)));
          }};
}

}  // namespace cache_on_disk::python
