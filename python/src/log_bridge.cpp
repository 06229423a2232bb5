#include "log_bridge.hpp"

#include <nanobind/nanobind.h>

#include <deque>
#include <mutex>
#include <string>
#include <utility>

#include "cache_on_disk/log.hpp"
#include "gil.hpp"
#include "helpers.hpp"
#include "process/fork.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

struct Line {
  int level;
  std::string text;
};

/// Raises an exception in the main thread as soon as it runs Python code again.
int raise_here(void* exception) {
  auto* const raised = static_cast<PyObject*>(exception);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(raised)), raised);
  Py_DECREF(raised);
  return -1;
}

/// What a handler of the log raises is its own affair; but an interrupt that came meanwhile is for the program. It arrives when
/// the cache is done with what it is doing.
void pass_on(nb::python_error& error) {
  if (error.matches(PyExc_Exception)) return error.discard_as_unraisable("cache_on_disk: while it was logging");
  PyObject* const raised = nb::borrow(error.value()).release().ptr();
  if (Py_AddPendingCall(raise_here, raised) == 0) return;
  Py_DECREF(raised);
  error.discard_as_unraisable("cache_on_disk: while it was logging");
}

/// Needs the interpreter lock. Leaves an exception under way as it is.
void write(const Line& line) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  try {
    helpers().log(line.level, nb::steal(PyUnicode_DecodeUTF8(
                                  line.text.data(), static_cast<Py_ssize_t>(line.text.size()), "backslashreplace")));
  } catch (nb::python_error& error) {
    pass_on(error);
  }
  PyErr_Restore(type, value, traceback);
}

/// Lines of threads that Python does not know wait for its main thread: they must never wait for the
/// interpreter, which may be ending.
struct Waiting {
  system::GlobalMutex mutex{system::MutexRank::ledger};
  std::deque<Line> lines;
};
Waiting& waiting() { return system::lasting<Waiting>(); }

int write_waiting(void*) {
  while (true) {
    Line line{};
    {
      Waiting& all = waiting();
      const std::lock_guard lock(all.mutex);
      if (all.lines.empty()) return 0;
      line = std::move(all.lines.front());
      all.lines.pop_front();
    }
    write(line);
  }
}

void take(Line line) {
  if (interpreter_is_ending()) return;
  if (PyGILState_GetThisThreadState() != nullptr) {
    const GilHeld held;
    write(line);
    return;
  }
  Waiting& all = waiting();
  {
    const std::lock_guard lock(all.mutex);
    if (all.lines.size() >= 1000) return;
    all.lines.push_back(std::move(line));
  }
  Py_AddPendingCall(write_waiting, nullptr);
}

}  // namespace

void bridge_log(int level) {
  const auto on_line = [](LogLevel line_level, std::string_view tag, std::string_view function,
                          std::string_view message) {
    std::string text;
    text.append(tag).append(" ").append(function).append(" ").append(message);
    take({static_cast<int>(line_level), std::move(text)});
  };
  set_log_handler(on_line, level);
  set_trouble_handler([](const Trouble& trouble) { take({static_cast<int>(LogLevel::warning), trouble.message}); });
}

}  // namespace cache_on_disk::python
