// The interpreter lock, held and given up for a scope, and references that may be dropped from anywhere.
#pragma once

#include <Python.h>
#include <cxxabi.h>

#include <memory>

namespace cache_on_disk::python {

/// True once the interpreter has begun to end: no thread but its own may then ask for its lock.
bool interpreter_is_ending() noexcept;

/// Keeps this thread for the rest of the process.
[[noreturn]] void park_thread() noexcept;

/// Calls a function that runs Python code, from one that holds references. If the interpreter ends meanwhile, a daemon thread is
/// parked here: unwinding it further would drop the references without the interpreter's lock. So the call must not hold
/// references of its own either.
template <class F>
auto run_python(F&& call) {
  try {
    return call();
  } catch (abi::__forced_unwind&) {
    park_thread();
  }
}

/// Holds the interpreter lock for a scope, whether or not this thread held it before. Where the interpreter
/// ends meanwhile, a daemon thread is parked here for the rest of the process: unwinding it through the core
/// would end the program.
class GilHeld {
 public:
  GilHeld();
  ~GilHeld();
  GilHeld(const GilHeld&) = delete;
  GilHeld& operator=(const GilHeld&) = delete;

 private:
  PyGILState_STATE state_;
};

/// Gives the interpreter lock up for a scope.
class GilReleased {
 public:
  GilReleased();
  ~GilReleased();
  GilReleased(const GilReleased&) = delete;
  GilReleased& operator=(const GilReleased&) = delete;

 private:
  PyThreadState* state_;
};

/// Around a function that Python calls through nanobind and that may run Python code itself. If the interpreter ends meanwhile,
/// that code never returns, and unwinding this thread through nanobind would end the program, so the thread is parked.
class GilKept {
 public:
  GilKept() noexcept = default;
  ~GilKept();
  GilKept(const GilKept&) = delete;
  GilKept& operator=(const GilKept&) = delete;
};

/// A reference that the core may drop on any thread. Needs the lock when made.
std::shared_ptr<const void> shared_reference(PyObject* object);

}  // namespace cache_on_disk::python
