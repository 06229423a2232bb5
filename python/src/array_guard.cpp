#include "array_guard.hpp"

#include <cstring>

#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {

bool is_array(PyObject* value) { return Py_TYPE(value) == helpers().ndarray.type(); }

ArrayGuard* ArrayGuard::make(PyObject* array) {
  auto* const fields = reinterpret_cast<ArrayFields*>(array);
  const auto count = static_cast<std::size_t>(fields->dimension_count);
  auto* const guard = static_cast<ArrayGuard*>(PyObject_Malloc(sizeof(ArrayGuard) + 2 * count * sizeof(Py_intptr_t)));
  if (guard == nullptr) {
    PyErr_NoMemory();
    return nullptr;
  }
  guard->array_ = fields;
  guard->descr_ = fields->descr;
  Py_INCREF(guard->descr_);
  guard->data_ = fields->data;
  guard->count_ = fields->dimension_count;
  if (count > 0) {
    std::memcpy(guard->form_, fields->dimensions, count * sizeof(Py_intptr_t));
    std::memcpy(guard->form_ + count, fields->strides, count * sizeof(Py_intptr_t));
  }
  return guard;
}

PyObject* ArrayGuard::dismiss() noexcept {
  PyObject* const kept = array();
  Py_DECREF(descr_);
  PyObject_Free(this);
  return kept;
}

nb::object ArrayGuard::again() const {
  nb::list shape, strides;
  for (int i = 0; i < count_; ++i) {
    shape.append(form_[i]);
    strides.append(form_[count_ + i]);
  }
  return helpers().array_in_form(nb::handle(array()), reinterpret_cast<std::uintptr_t>(data_), nb::tuple(shape),
                                 nb::tuple(strides), nb::handle(descr_));
}

}  // namespace cache_on_disk::python
