// ArrayGuard: sees whether a caller has changed the form of an array that all callers share.
//
// Its elements are read-only, but `array.shape = ...`, `array.strides = ...` and `array.dtype = ...` still change the
// array object itself.
#pragma once

#include <nanobind/nanobind.h>

namespace cache_on_disk::python {

/// The head of numpy's array object, the same since numpy 1.7.
struct ArrayFields {
  PyObject_HEAD char* data;
  int dimension_count;
  Py_intptr_t* dimensions;  // shape, then strides
  Py_intptr_t* strides;
  PyObject* base;
  PyObject* descr;
};

/// Exactly a numpy.ndarray?
bool is_array(PyObject* value);

/// An array, and the form that it had. Comparing addresses is not enough: numpy uses the memory of shapes again.
class ArrayGuard {
 public:
  /// Takes the array over. nullptr and an exception if there is no memory.
  static ArrayGuard* make(PyObject* array);
  /// Gives back the array that was taken over.
  PyObject* dismiss() noexcept;

  bool is_intact() const noexcept {
    const ArrayFields& now = *array_;
    if (now.descr != descr_ || now.dimension_count != count_ || now.data != data_) return false;
    for (int i = 0; i < count_; ++i)  // few: comparing them here is less than a call
      if (now.dimensions[i] != form_[i] || now.strides[i] != form_[count_ + i]) return false;
    return true;
  }
  PyObject* array() const noexcept { return reinterpret_cast<PyObject*>(array_); }
  /// Another array in the form that this one had, on the same elements. Throws nanobind::python_error.
  nanobind::object again() const;

 private:
  ArrayFields* array_;  // owned
  PyObject* descr_;     // owned
  char* data_;
  int count_;
  Py_intptr_t form_[];  // shape, then strides
};

}  // namespace cache_on_disk::python
