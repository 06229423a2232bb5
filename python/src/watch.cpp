#include "watch.hpp"

#include <nanobind/nanobind.h>

#include <cstring>

#include "helpers.hpp"
#include "values.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

PyObject* dictionary_of(PyObject* array) noexcept {
  PyObject* const dict = PyObject_GenericGetDict(array, nullptr);
  if (dict == nullptr) PyErr_Clear();  // of a class without
  return dict;
}

ArrayFields& fields(PyObject* array) noexcept { return *reinterpret_cast<ArrayFields*>(array); }

}  // namespace

// References are counted once all is taken over: from then on any more are somebody else's.
Watch::Watch(PyObject* array) {
  add_array(array);
  if (!is_array(array))
    if (PyObject* const dict = dictionary_of(array)) add_dictionary(dict);
  for (auto& guarded : guards_) guarded.references = Py_REFCNT(guarded.guard->array());
  for (auto& dictionary : dictionaries_) dictionary.references = Py_REFCNT(dictionary.dict);
  const nb::object names = nb::handle(fields(array).descr).attr("names");
  if (!names.is_none()) dtype_references_ = Py_REFCNT(fields(array).descr);
}

Watch::~Watch() {
  for (auto& dictionary : dictionaries_) {
    for (auto& [key, value] : dictionary.items) {
      Py_DECREF(key);
      Py_DECREF(value);
    }
    Py_DECREF(dictionary.dict);
  }
  for (auto& guarded : guards_) Py_DECREF(guarded.guard->dismiss());
}

void Watch::add_array(PyObject* array) {
  ArrayGuard* const guard = ArrayGuard::make(array);
  if (guard == nullptr) {
    Py_DECREF(array);
    throw nb::python_error();
  }
  guards_.push_back({guard, 0, {}});
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
  if (!guarded.guard->is_intact() || Py_REFCNT(guarded.guard->array()) != guarded.references) return false;
  return guarded.content.empty() ||
         std::memcmp(fields(guarded.guard->array()).data, guarded.content.data(), guarded.content.size()) == 0;
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
  if (dtype_references_ == 0 && is_array(own.guard->array())) return own.guard->is_intact();
  for (const auto& guarded : guards_)
    if (!is_same(guarded)) return false;
  if (dtype_references_ != 0 && Py_REFCNT(fields(array()).descr) != dtype_references_) return false;
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
