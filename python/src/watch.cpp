#include "watch.hpp"

#include <nanobind/nanobind.h>

#include <cstring>

#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

PyObject* dictionary_of(PyObject* array) noexcept {
  PyObject* const dict = PyObject_GenericGetDict(array, nullptr);
  if (dict == nullptr) PyErr_Clear();  // of a class without
  return dict;
}

/// The very tuple that the dtype has until its fields are renamed; nullptr if it has none. A new reference.
PyObject* names_of(PyObject* array) noexcept {
  static PyObject* const attribute = PyUnicode_InternFromString("names");
  PyObject* const dtype = reinterpret_cast<ArrayFields*>(array)->descr;
  PyObject* const names = PyObject_GetAttr(dtype, attribute);
  if (names == nullptr) PyErr_Clear();
  if (names != Py_None) return names;
  Py_DECREF(names);
  return nullptr;
}

ArrayFields& fields(PyObject* array) noexcept { return *reinterpret_cast<ArrayFields*>(array); }

}  // namespace

// References are counted once all is taken over: from then on any more are somebody else's.
Watch::Watch(PyObject* array) {
  add_array(array);
  if (!is_array(array))
    if (PyObject* const dict = dictionary_of(array)) add_dictionary(dict);
  for (auto& guarded : guards_) {
    guarded.references = Py_REFCNT(guarded.guard->array());
    guarded.names = names_of(guarded.guard->array());
    guarded.dtype_references = Py_REFCNT(fields(guarded.guard->array()).descr);
  }
  for (auto& dictionary : dictionaries_) dictionary.references = Py_REFCNT(dictionary.dict);
}

Watch::~Watch() {
  for (auto& dictionary : dictionaries_) {
    for (auto& [key, value] : dictionary.items) {
      Py_DECREF(key);
      Py_DECREF(value);
    }
    Py_DECREF(dictionary.dict);
  }
  for (auto& guarded : guards_) {
    Py_XDECREF(guarded.names);
    Py_DECREF(guarded.guard->dismiss());
  }
}

void Watch::add_array(PyObject* array) {
  ArrayGuard* const guard = ArrayGuard::make(array);
  if (guard == nullptr) {
    Py_DECREF(array);
    throw nb::python_error();
  }
  guards_.push_back({guard, 0, nullptr, 0, {}});
  const nb::handle handle(array);
  if (!nb::cast<bool>(handle.attr("flags").attr("writeable"))) return;
  const char* const data = fields(array).data;
  guards_.back().content.assign(data, data + nb::cast<std::size_t>(handle.attr("nbytes")));
}

void Watch::add_dictionary(PyObject* dict) {
  dictionaries_.push_back({dict, 0, {}});
  const std::size_t place = dictionaries_.size() - 1;
  PyObject *key = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(dict, &position, &key, &value) != 0) {
    Py_INCREF(key);
    Py_INCREF(value);
    dictionaries_[place].items.emplace_back(key, value);
    if (!is_array(value) && PyDict_CheckExact(value) == 0) continue;
    Py_INCREF(value);
    is_array(value) ? add_array(value) : add_dictionary(value);
  }
}

bool Watch::is_same(const Guarded& guarded) noexcept {
  PyObject* const array = guarded.guard->array();
  if (!guarded.guard->is_intact() || Py_REFCNT(array) != guarded.references) return false;
  if (guarded.names != nullptr) {
    if (Py_REFCNT(fields(array).descr) != guarded.dtype_references) return false;
    PyObject* const names = names_of(array);
    Py_XDECREF(names);
    if (names != guarded.names) return false;
  }
  return guarded.content.empty() ||
         std::memcmp(fields(array).data, guarded.content.data(), guarded.content.size()) == 0;
}

bool Watch::is_same(const Dictionary& dictionary) noexcept {
  if (Py_REFCNT(dictionary.dict) != dictionary.references) return false;
  if (PyDict_Size(dictionary.dict) != static_cast<Py_ssize_t>(dictionary.items.size())) return false;
  PyObject *key = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  for (const auto& [known_key, known_value] : dictionary.items)
    if (PyDict_Next(dictionary.dict, &position, &key, &value) == 0 || key != known_key || value != known_value)
      return false;
  return true;
}

bool Watch::is_intact() const noexcept {
  const Guarded& own = guards_.front();
  if (own.names == nullptr && is_array(own.guard->array())) return own.guard->is_intact();
  for (const auto& guarded : guards_)
    if (!is_same(guarded)) return false;
  if (dictionaries_.empty()) return true;
  PyObject* const dict = dictionary_of(array());
  if (dict != dictionaries_.front().dict) {  // replaced
    Py_XDECREF(dict);
    return false;
  }
  Py_DECREF(dict);
  for (const auto& dictionary : dictionaries_)
    if (!is_same(dictionary)) return false;
  return true;
}

}  // namespace cache_on_disk::python
