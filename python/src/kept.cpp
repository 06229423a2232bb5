#include "kept.hpp"

#include <memory>
#include <utility>

#include "array_guard.hpp"
#include "gil.hpp"
#include "helpers.hpp"
#include "watch.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

PyTypeObject* type = nullptr;

struct Kept {
  PyObject_HEAD PyObject* pattern;  ///< makes values (_shared.py); nullptr: the array itself is all there is
  Watch* watch;                     ///< of the value that callers are given now; nullptr: none
};

Kept& kept_of(PyObject* object) noexcept { return *reinterpret_cast<Kept*>(object); }

int traverse(PyObject* object, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(kept_of(object).pattern);
  if (kept_of(object).watch != nullptr) Py_VISIT(kept_of(object).watch->array());
  return 0;
}

int clear(PyObject* object) {
  Py_CLEAR(kept_of(object).pattern);
  delete std::exchange(kept_of(object).watch, nullptr);
  return 0;
}

void dealloc(PyObject* object) {
  PyObject_GC_UnTrack(object);
  clear(object);
  PyTypeObject* const own_type = Py_TYPE(object);
  own_type->tp_free(object);
  Py_DECREF(own_type);
}

/// Kept(pattern)
PyObject* make(PyTypeObject* own_type, PyObject* args, PyObject*) {
  PyObject* pattern = nullptr;
  if (PyArg_ParseTuple(args, "O:Kept", &pattern) == 0) return nullptr;
  PyObject* const object = own_type->tp_alloc(own_type, 0);
  if (object == nullptr) return nullptr;
  Py_INCREF(pattern);
  kept_of(object).pattern = pattern;
  return object;
}

PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void*>(make)},
                       {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
                       {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                       {Py_tp_clear, reinterpret_cast<void*>(clear)},
                       {0, nullptr}};
PyType_Spec spec = {"cache_on_disk._core.Kept", static_cast<int>(sizeof(Kept)), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};

/// In place of the watch before. Dropping what that one has may run any code.
void watch(Kept& kept, nb::object value) {
  auto made = std::make_unique<Watch>(value.release().ptr());
  delete std::exchange(kept.watch, made.release());
}

}  // namespace

bool is_kept(PyObject* value) noexcept { return Py_TYPE(value) == type; }

nb::object keep_array(nb::handle array) {
  nb::object object = nb::steal(type->tp_alloc(type, 0));
  if (!object.is_valid()) throw nb::python_error();
  watch(kept_of(object.ptr()), nb::borrow(array));
  return object;
}

nb::object value_of(PyObject* object, bool own) {
  const nb::object alive = nb::borrow(object);
  Kept& kept = kept_of(object);
  if (own) {
    if (kept.pattern == nullptr) return helpers().private_copy(nb::handle(kept.watch->array()));
    return run_python([&] { return nb::object(nb::handle(kept.pattern).attr("private")()); });
  }
  if (kept.watch != nullptr && kept.watch->is_intact()) return nb::borrow(kept.watch->array());
  if (kept.pattern == nullptr) {
    nb::object again = kept.watch->again();
    watch(kept, again);
    return again;
  }
  const nb::handle pattern(kept.pattern);
  nb::object fresh = run_python([&] { return nb::object(pattern.attr("fresh")()); });
  if (!nb::cast<bool>(pattern.attr("is_watched"))) return fresh;
  watch(kept, std::move(fresh));
  return nb::borrow(kept.watch->array());
}

void add_kept(nb::module_& module) {
  type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  if (type == nullptr) throw nb::python_error();
  module.attr("Kept") = nb::handle(reinterpret_cast<PyObject*>(type));
}

}  // namespace cache_on_disk::python
