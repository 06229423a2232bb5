#include "watch.hpp"

#include <nanobind/nanobind.h>

#include <cstring>

#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

/// Not valid for an array of a class without.
nb::object dictionary_of(PyObject* array) noexcept {
  nb::object dict = nb::steal(PyObject_GenericGetDict(array, nullptr));
  if (!dict.is_valid()) PyErr_Clear();
  return dict;
}

/// The very tuple that the dtype has until its fields are renamed; not valid if it has none.
nb::object names_of(PyObject* array) noexcept {
  static PyObject* const attribute = PyUnicode_InternFromString("names");
  nb::object names = nb::steal(PyObject_GetAttr(reinterpret_cast<ArrayFields*>(array)->descr, attribute));
  if (!names.is_valid()) PyErr_Clear();
  return names.is_none() ? nb::object() : names;
}

ArrayFields& fields(PyObject* array) noexcept { return *reinterpret_cast<ArrayFields*>(array); }

}  // namespace

// References are counted once all is taken over: from then on any more are somebody else's.
Watch::Watch(PyObject* array) {
  add_array(array);
  if (!is_array(array))
    if (nb::object dict = dictionary_of(array); dict.is_valid()) add_dictionary(std::move(dict));
  for (auto& guarded : guards_) {
    guarded.references = Py_REFCNT(guarded.guard->array());
    guarded.names = names_of(guarded.guard->array());
    guarded.dtype_references = Py_REFCNT(fields(guarded.guard->array()).descr);
  }
  for (auto& dictionary : dictionaries_) dictionary.references = Py_REFCNT(dictionary.dict.ptr());
}

void Watch::add_array(PyObject* array) {
  ArrayGuard* const guard = ArrayGuard::make(array);
  if (guard == nullptr) {
    Py_DECREF(array);
    throw nb::python_error();
  }
  guards_.push_back({std::unique_ptr<ArrayGuard, Dismiss>(guard)});
  const nb::handle handle(array);
  if (!nb::cast<bool>(handle.attr("flags").attr("writeable"))) return;
  const char* const data = fields(array).data;
  guards_.back().content.assign(data, data + nb::cast<std::size_t>(handle.attr("nbytes")));
}

void Watch::add_dictionary(nb::object dict) {
  const std::size_t place = dictionaries_.size();
  dictionaries_.push_back({dict});
  PyObject *key = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(dict.ptr(), &position, &key, &value) != 0) {
    dictionaries_[place].items.emplace_back(nb::borrow(key), nb::borrow(value));
    if (is_array(value))
      add_array(nb::borrow(value).release().ptr());
    else if (PyDict_CheckExact(value) != 0)
      add_dictionary(nb::borrow(value));
  }
}

bool Watch::is_same(const Guarded& guarded) noexcept {
  PyObject* const array = guarded.guard->array();
  if (!guarded.guard->is_intact() || Py_REFCNT(array) != guarded.references) return false;
  if (guarded.names.is_valid() &&
      (Py_REFCNT(fields(array).descr) != guarded.dtype_references || !names_of(array).is(guarded.names)))
    return false;
  return guarded.content.empty() ||
         std::memcmp(fields(array).data, guarded.content.data(), guarded.content.size()) == 0;
}

bool Watch::is_same(const Dictionary& dictionary) noexcept {
  PyObject* const dict = dictionary.dict.ptr();
  if (Py_REFCNT(dict) != dictionary.references) return false;
  if (PyDict_Size(dict) != static_cast<Py_ssize_t>(dictionary.items.size())) return false;
  PyObject *key = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  for (const auto& [known_key, known_value] : dictionary.items)
    if (PyDict_Next(dict, &position, &key, &value) == 0 || !known_key.is(key) || !known_value.is(value)) return false;
  return true;
}

bool Watch::is_intact() const noexcept {
  const Guarded& own = guards_.front();
  if (!own.names.is_valid() && is_array(own.guard->array())) return own.guard->is_intact();
  for (const auto& guarded : guards_)
    if (!is_same(guarded)) return false;
  if (dictionaries_.empty()) return true;
  if (!dictionary_of(array()).is(dictionaries_.front().dict)) return false;  // replaced
  for (const auto& dictionary : dictionaries_)
    if (!is_same(dictionary)) return false;
  return true;
}

}  // namespace cache_on_disk::python
