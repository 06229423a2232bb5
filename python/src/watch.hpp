// Watch: sees whether an array for the next caller is still as it was made, and held by no other code.
//
// Its elements are read-only, but a caller can change the array's form, its dtype's names, and, for a derived class, the values in
// its dictionary (a unit, a mask, a fill value).
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <utility>
#include <vector>

#include "array_guard.hpp"

namespace cache_on_disk::python {

class Watch {
 public:
  /// Takes over a new array, which no other code holds. Throws nb::python_error.
  explicit Watch(PyObject* array);

  PyObject* array() const noexcept { return guards_.front().guard->array(); }
  /// Another plain array in the form that this one had. Throws nanobind::python_error.
  nanobind::object again() const { return guards_.front().guard->again(); }
  /// True if the array, and every changeable part of it, is as it was and reachable from here only. Of an array without
  /// such parts but its form, that alone is asked: all callers may hold it.
  bool is_intact() const noexcept;

 private:
  struct Dismiss {
    void operator()(ArrayGuard* guard) const noexcept { Py_DECREF(guard->dismiss()); }
  };
  struct Guarded {
    std::unique_ptr<ArrayGuard, Dismiss> guard;
    Py_ssize_t references = 0;
    nanobind::object names{};         ///< of the dtype's fields, which can be renamed; not valid if it has none
    Py_ssize_t dtype_references = 0;  ///< of such a dtype
    std::vector<char> content{};      ///< of one whose elements may be written
  };
  struct Dictionary {
    nanobind::object dict;
    Py_ssize_t references = 0;
    std::vector<std::pair<nanobind::object, nanobind::object>> items{};
  };

  void add_array(PyObject* array);
  void add_dictionary(nanobind::object dict);
  static bool is_same(const Guarded& guarded) noexcept;
  static bool is_same(const Dictionary& dictionary) noexcept;

  std::vector<Guarded> guards_;           // of the array itself, and of those in its dictionary
  std::vector<Dictionary> dictionaries_;  // its own, and those in it
};

}  // namespace cache_on_disk::python
