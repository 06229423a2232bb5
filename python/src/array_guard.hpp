// ArrayGuard: sees whether somebody has changed the shape or dtype of an array that all callers share.
//
// Its elements are read-only, but `array.shape = ...` and `array.dtype = ...` still change the array object
// itself.
#pragma once

#include <Python.h>

namespace cache_on_disk::python {

/// The head of numpy's array object, the same since numpy 1.7.
struct ArrayFields {
  PyObject_HEAD char* data;
  int dimension_count;
  Py_intptr_t* dimensions;
  Py_intptr_t* strides;
  PyObject* base;
  PyObject* descr;
};

/// Remembers an array as it is. numpy replaces what it changes, so comparing addresses is enough.
class ArrayGuard {
 public:
  /// `pristine` is taken over: a second view on the same elements, which is shown to nobody.
  ArrayGuard(PyObject* array, PyObject* pristine)
      : array_(reinterpret_cast<ArrayFields*>(array)),
        dimensions_(array_->dimensions),
        descr_(array_->descr),
        dimension_count_(array_->dimension_count),
        pristine_(pristine) {}
  ~ArrayGuard() { Py_DECREF(pristine_); }
  ArrayGuard(const ArrayGuard&) = delete;
  ArrayGuard& operator=(const ArrayGuard&) = delete;

  bool is_intact() const noexcept {
    return array_->dimensions == dimensions_ && array_->descr == descr_ &&
           array_->dimension_count == dimension_count_;
  }
  PyObject* array() const noexcept { return reinterpret_cast<PyObject*>(array_); }
  PyObject* pristine() const noexcept { return pristine_; }

 private:
  ArrayFields* array_;  // borrowed from the cell
  const Py_intptr_t* dimensions_;
  const PyObject* descr_;
  int dimension_count_;
  PyObject* pristine_;
};

}  // namespace cache_on_disk::python
