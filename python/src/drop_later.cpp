#include "drop_later.hpp"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "gil.hpp"

namespace cache_on_disk::python {
namespace {

// Guarded by the interpreter lock; never destroyed, since cells may be forgotten while the process ends.
std::vector<PyObject*>& put_off() {
  static auto& leaked = *new std::vector<PyObject*>;
  return leaked;
}

std::vector<PyObject*>& to_clear() {
  static auto& leaked = *new std::vector<PyObject*>;
  return leaked;
}

/// Leaves an exception under way as it is.
void clear_lru_cache(PyObject* lru_cache) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyObject* const answer = run_python([&] { return PyObject_CallMethod(lru_cache, "cache_clear", nullptr); });
  if (answer == nullptr) PyErr_WriteUnraisable(lru_cache);
  Py_XDECREF(answer);
  Py_DECREF(lru_cache);
  PyErr_Restore(type, value, traceback);
}

}  // namespace

void drop_later(PyObject* object) noexcept {
  if (object == nullptr) return;
  try {
    put_off().push_back(object);
  } catch (const std::bad_alloc&) {
    Py_DECREF(object);
  }
}

void clear_later(PyObject* lru_cache) noexcept {
  auto& waiting = to_clear();
  if (std::find(waiting.begin(), waiting.end(), lru_cache) != waiting.end()) return;
  try {
    waiting.push_back(lru_cache);
    Py_INCREF(lru_cache);
  } catch (const std::bad_alloc&) {
    Py_INCREF(lru_cache);
    clear_lru_cache(lru_cache);
  }
}

void drop_now() {
  while (!put_off().empty() || !to_clear().empty()) {
    const std::vector<PyObject*> caches = std::exchange(to_clear(), {});
    for (PyObject* const cache : caches) clear_lru_cache(cache);
    const std::vector<PyObject*> batch = std::exchange(put_off(), {});
    for (PyObject* object : batch) Py_DECREF(object);
  }
}

}  // namespace cache_on_disk::python
