// The calls within whose computations the running code is, however it got there: by calls, tasks, or threads with its context.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <vector>

namespace cache_on_disk::python {

/// Adds the context variable to the module: a tuple of core::Call::callers(), nearest first. Threads are in it while they compute a
/// value, tasks from when they ask for one (_async.py).
void add_callers(nanobind::module_& module);

/// What core::Call::callers() is for a call of this thread: the thread, and those within whose computations it runs.
std::vector<std::uintptr_t> callers_of_this_thread();

/// While it lives, what runs on this thread and in what it starts runs within a computation of the thread.
class ComputesOnThisThread {
 public:
  ComputesOnThisThread();
  ~ComputesOnThisThread();
  ComputesOnThisThread(const ComputesOnThisThread&) = delete;
  ComputesOnThisThread& operator=(const ComputesOnThisThread&) = delete;

 private:
  PyObject* before_ = nullptr;
};

}  // namespace cache_on_disk::python
