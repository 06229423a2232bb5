// Watch: sees whether an array that is to be shown to the next caller is still as it was made, and nobody else's.
//
// Its elements are read-only. All else a caller may change for good: the array's form, its dtype's names, and, for a class
// derived from it, what lies in its dictionary (a unit, a mask, a fill value).
#pragma once

#include <Python.h>

#include <utility>
#include <vector>

#include "array_guard.hpp"

namespace cache_on_disk::python {

class Watch {
 public:
  /// Takes over a new array, which nobody else holds. Throws nb::python_error.
  explicit Watch(PyObject* array);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  PyObject* array() const noexcept { return guards_.front().guard->array(); }
  /// Another plain array in the form that this one had. nullptr and an exception on failure.
  PyObject* again() const { return guards_.front().guard->again(); }
  /// True if the array, and every changeable part of it, is as it was and reachable from here only. Of an array without
  /// such parts but its form, that alone is asked: all callers may hold it.
  bool is_intact() const noexcept;

 private:
  struct Guarded {
    ArrayGuard* guard;
    Py_ssize_t references;
    PyObject* names;              ///< owned: of the dtype's fields, which can be renamed; nullptr if it has none
    Py_ssize_t dtype_references;  ///< of such a dtype
    std::vector<char> content;    ///< of one whose elements may be written
  };
  struct Dictionary {
    PyObject* dict;  ///< owned
    Py_ssize_t references;
    std::vector<std::pair<PyObject*, PyObject*>> items;  ///< owned
  };

  void add_array(PyObject* array);
  void add_dictionary(PyObject* dict);
  static bool is_same(const Guarded& guarded) noexcept;
  static bool is_same(const Dictionary& dictionary) noexcept;

  std::vector<Guarded> guards_;           // of the array itself, and of those in its dictionary
  std::vector<Dictionary> dictionaries_;  // its own, and those in it
};

}  // namespace cache_on_disk::python
