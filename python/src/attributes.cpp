#include "attributes.hpp"

#include <algorithm>

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

int looks_interesting(PyObject* referent, void* found) {
  if (is_opaque(Py_TYPE(referent))) return 0;
  *static_cast<bool*>(found) = true;
  return 1;
}

/// Asks as the garbage collector does whether the object refers to anything that a walk could follow. Most
/// objects do not, and asking for the dictionary of one would make it (CPython keeps attributes without one).
bool refers_to_objects(PyObject* object) {
  const traverseproc traverse = Py_TYPE(object)->tp_traverse;
  if (traverse == nullptr || PyObject_IS_GC(object) == 0) return true;
  bool found = false;
  traverse(object, looks_interesting, &found);
  return found;
}

bool is_wanted(PyObject* name, PyObject* value) {
  if (!PyUnicode_Check(name) || is_opaque(Py_TYPE(value))) return false;
  const bool dunder =
      PyUnicode_GET_LENGTH(name) >= 2 && PyUnicode_READ_CHAR(name, 0) == '_' && PyUnicode_READ_CHAR(name, 1) == '_';
  return !dunder;
}

void read_dictionary(PyObject* object, std::vector<Attribute>& found) {
  if (Py_TYPE(object)->tp_dictoffset == 0) return;
  const nb::object dictionary = nb::steal(PyObject_GenericGetDict(object, nullptr));
  if (!dictionary.is_valid()) {
    PyErr_Clear();  // it has none
    return;
  }
  PyObject *name = nullptr, *value = nullptr;
  Py_ssize_t place = 0;
  while (PyDict_Next(dictionary.ptr(), &place, &name, &value) != 0)
    if (is_wanted(name, value)) found.push_back({nb::borrow(name), nb::borrow(value)});
}

}  // namespace

std::vector<Attribute> attributes_of(PyObject* object, const ClassInfo& info, Hidden hidden) {
  std::vector<Attribute> found;
  if (info.may_have_attributes(Py_TYPE(object)) && refers_to_objects(object)) {
    read_dictionary(object, found);
    for (const ClassAttribute& slot : info.slots) {
      nb::object value = nb::steal(
          Py_TYPE(slot.value)->tp_descr_get(slot.value, object, reinterpret_cast<PyObject*>(Py_TYPE(object))));
      if (!value.is_valid())
        PyErr_Clear();  // empty
      else if (is_wanted(slot.name, value.ptr()))
        found.push_back({nb::borrow(slot.name), std::move(value)});
    }
  }
  const std::size_t own = found.size();
  for (const ClassAttribute& attribute : info.values) {
    const auto end = found.begin() + static_cast<std::ptrdiff_t>(own);
    const bool overridden = std::any_of(found.begin(), end, [&](const Attribute& other) {
      return PyUnicode_Compare(other.name.ptr(), attribute.name) == 0;
    });
    if (!overridden) found.push_back({nb::borrow(attribute.name), nb::borrow(attribute.value)});
  }
  std::ranges::sort(
      found, [](const Attribute& a, const Attribute& b) { return PyUnicode_Compare(a.name.ptr(), b.name.ptr()) < 0; });
  if (info.hidden.empty()) return found;
  const auto first_hidden = std::stable_partition(
      found.begin(), found.end(), [&](const Attribute& attribute) { return !info.hides(attribute.name.ptr()); });
  if (hidden == Hidden::left_out) found.erase(first_hidden, found.end());
  return found;
}

}  // namespace cache_on_disk::python
