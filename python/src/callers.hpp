// The calls within whose computations the running code is, however it got there: by calls, tasks, or threads with its context.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <vector>

namespace cache_on_disk::python {

/// Adds the context variable to the module: the computations within which the running code is, nearest first, as a tuple. Each is a
/// list of one number, its caller (core::Call::caller()), and is emptied when it ends. Threads are in it while they compute a value,
/// tasks from when they ask for one until they have it (_async.py).
void add_callers(nanobind::module_& module);

/// What core::Call::callers() is for a call of this thread: the thread, and those within whose computations it runs.
std::vector<std::uintptr_t> callers_of_this_thread();

/// While it lives, what runs on this thread and in what it starts runs within a computation of the thread. Made and destroyed
/// with the interpreter's lock: what runs Python code meanwhile goes through run_python() (gil.hpp).
class ComputesOnThisThread {
 public:
  ComputesOnThisThread();
  ~ComputesOnThisThread();
  ComputesOnThisThread(const ComputesOnThisThread&) = delete;
  ComputesOnThisThread& operator=(const ComputesOnThisThread&) = delete;

 private:
  PyObject* before_ = nullptr;       // of the context variable
  PyObject* computation_ = nullptr;  // nullptr: the thread is within another of its own
};

}  // namespace cache_on_disk::python
