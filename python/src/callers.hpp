// The calls whose computations the running code is part of, by calls, tasks, or threads with its context.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <vector>

namespace cache_on_disk::python {

/// Adds the context variable to the module: a tuple of the computations that the running code is part of, nearest first. Each is
/// a list of one number, its caller (core::Call::caller()), and is emptied when it ends. Threads are in it while they compute a
/// value, tasks from asking for one until they have it (_async.py).
void add_callers(nanobind::module_& module);

/// core::Call::callers() of a call of this thread: the thread, and the callers whose computations it is part of.
std::vector<std::uintptr_t> callers_of_this_thread();

/// While it lives, the code on this thread, and the tasks and threads that this code starts, are part of a computation of the
/// thread. Made and destroyed with the interpreter's lock; Python code between goes through run_python() (gil.hpp).
class ComputesOnThisThread {
 public:
  ComputesOnThisThread();
  ~ComputesOnThisThread();
  ComputesOnThisThread(const ComputesOnThisThread&) = delete;
  ComputesOnThisThread& operator=(const ComputesOnThisThread&) = delete;

 private:
  PyObject* before_ = nullptr;       // of the context variable
  PyObject* computation_ = nullptr;  // nullptr: the thread has another one already
};

}  // namespace cache_on_disk::python
