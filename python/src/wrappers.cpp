#include "wrappers.hpp"

#include <array>

#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

constexpr int deepest = 50;  // decorators over each other
constexpr int deepest_hidden = 6;

PyObject* interned(const char* text) { return PyUnicode_InternFromString(text); }

bool is_lru_cache(PyObject* value) { return Py_TYPE(value) == helpers().lru_cache_type.type(); }

/// The instance dictionary, borrowed; nullptr if there is none.
PyObject* dictionary_of(PyObject* value) {
  PyObject** const place = _PyObject_GetDictPtr(value);
  PyErr_Clear();
  return place != nullptr ? *place : nullptr;
}

PyObject* item(PyObject* dictionary, PyObject* name) {
  if (dictionary == nullptr || PyDict_Check(dictionary) == 0) return nullptr;
  PyObject* const value = PyDict_GetItemWithError(dictionary, name);
  if (value == nullptr) PyErr_Clear();
  return value;
}

/// An attribute that a C type or a slot holds, or the instance dictionary.
nb::object linked(PyObject* value, PyObject* name) {
  PyObject* const attribute = _PyType_Lookup(Py_TYPE(value), name);
  if (attribute != nullptr &&
      (Py_TYPE(attribute) == &PyMemberDescr_Type || Py_TYPE(attribute) == &PyGetSetDescr_Type)) {
    PyObject* const held =
        Py_TYPE(attribute)->tp_descr_get(attribute, value, reinterpret_cast<PyObject*>(Py_TYPE(value)));
    if (held != nullptr) return nb::steal(held);
    PyErr_Clear();
  }
  return nb::borrow(item(dictionary_of(value), name));
}

/// These bind no object, or one that is not the caller's.
bool binds_no_object(PyObject* value) {
  const PyTypeObject* const type = Py_TYPE(value);
  return type == &PyStaticMethod_Type || type == &PyClassMethod_Type || type == &PyMethod_Type ||
         PyType_Check(value) != 0 || PyModule_Check(value) != 0;
}

CachedFunction* follow(PyObject* value, std::vector<PyObject*>* layers, int depth) {
  if (is_cached_function(value)) return reinterpret_cast<CachedFunction*>(value);
  if (depth == deepest || binds_no_object(value)) return nullptr;
  if (layers != nullptr) layers->push_back(value);
  static const std::array<PyObject*, 3> links = {interned("__wrapped__"), interned("fget"), interned("func")};
  for (PyObject* const link : links) {
    const nb::object next = linked(value, link);
    if (!next.is_valid() || next.is_none()) continue;
    if (CachedFunction* const found = follow(next.ptr(), layers, depth + 1)) return found;
  }
  static PyObject* const list_name = interned("cacher_list");
  static PyObject* const function_name = interned("_function");
  if (PyObject* const list = item(dictionary_of(value), list_name))
    if (PyObject* const function = item(dictionary_of(list), function_name))
      if (is_cached_function(function)) return reinterpret_cast<CachedFunction*>(function);
  if (layers != nullptr) layers->pop_back();
  return nullptr;
}

CachedFunction* search(PyObject* value, const std::function<std::string()>& qualname, int depth) {
  if (is_cached_function(value)) {
    auto* const function = reinterpret_cast<CachedFunction*>(value);
    return function->state->qualname == qualname() ? function : nullptr;
  }
  if (depth == deepest_hidden || binds_no_object(value)) return nullptr;
  if (PyFunction_Check(value) != 0) {
    PyObject* const closure = PyFunction_GET_CLOSURE(value);
    for (Py_ssize_t i = 0; closure != nullptr && i < PyTuple_GET_SIZE(closure); ++i) {
      PyObject* const content = PyCell_GET(PyTuple_GET_ITEM(closure, i));
      if (content == nullptr || content == value) continue;
      if (CachedFunction* const found = search(content, qualname, depth + 1)) return found;
    }
    return nullptr;
  }
  if (Py_TYPE(value)->tp_descr_get == nullptr && PyCallable_Check(value) == 0) return nullptr;
  static PyObject* const func = interned("func");
  if (const nb::object next = linked(value, func); next.is_valid())
    if (CachedFunction* const found = search(next.ptr(), qualname, depth + 1)) return found;
  PyObject* const dictionary = dictionary_of(value);
  PyObject *name = nullptr, *held = nullptr;
  Py_ssize_t place = 0;
  while (dictionary != nullptr && PyDict_Next(dictionary, &place, &name, &held) != 0)
    if (PyCallable_Check(held) != 0)
      if (CachedFunction* const found = search(held, qualname, depth + 1)) return found;
  return nullptr;
}

/// A descriptor that puts the value into the object's dictionary, under its own name.
bool keeps_in_object(PyObject* layer) {
  PyTypeObject* const type = Py_TYPE(layer);
  return type != &PyProperty_Type && PyFunction_Check(layer) == 0 && type->tp_descr_get != nullptr &&
         !is_lru_cache(layer) && PyType_IsSubtype(type, helpers().partialmethod.type()) == 0;
}

/// `name`: the attribute of the object's class.
void forget_under(const CachedFunction& function, PyObject* object, PyObject* name) {
  PyObject* const attribute = _PyType_Lookup(Py_TYPE(object), name);
  if (attribute == nullptr) return;
  std::vector<PyObject*> layers;
  if (function_behind(attribute, &layers) != &function) return;  // the class has changed
  for (PyObject* const layer : layers)
    if (is_lru_cache(layer)) clear_later(layer);
  if (layers.empty() || !keeps_in_object(layers.front())) return;
  PyObject* const dictionary = dictionary_of(object);
  PyObject* const kept = item(dictionary, name);
  if (kept == nullptr) return;
  Py_INCREF(kept);
  drop_later(kept);
  if (PyDict_DelItem(dictionary, name) != 0) PyErr_Clear();
}

}  // namespace

CachedFunction* function_behind(PyObject* value, std::vector<PyObject*>* layers) {
  // What binds nothing is called without the object: it is not a method.
  if (!is_cached_function(value) && Py_TYPE(value)->tp_descr_get == nullptr) return nullptr;
  return follow(value, layers, 0);
}

CachedFunction* function_hidden_in(PyObject* value, const std::function<std::string()>& qualname) {
  return Py_TYPE(value)->tp_descr_get != nullptr ? search(value, qualname, 0) : nullptr;
}

CachedCallable cached_callable(nb::handle value) {
  static PyObject* const wrapped = interned("__wrapped__");
  nb::object current = nb::borrow(value);
  for (int depth = 0; depth < deepest && current.is_valid(); ++depth) {
    PyObject* const object = current.ptr();
    if (Py_TYPE(object) == &PyMethod_Type) {
      CachedFunction* const function = function_behind(PyMethod_GET_FUNCTION(object));
      if (function != nullptr) return {function, nb::borrow(PyMethod_GET_SELF(object))};
      // A decorator that tells nothing: what the object's class knows under that name.
      return {nullptr, nb::borrow(PyMethod_GET_SELF(object))};
    }
    if (is_cached_function(object)) return {reinterpret_cast<CachedFunction*>(object), nb::object()};
    if (binds_no_object(object) || PyCallable_Check(object) == 0) break;
    const nb::object next = linked(object, wrapped);
    if (!next.is_valid()) {
      if (CachedFunction* const function = function_behind(object)) return {function, nb::object()};
      break;
    }
    current = next;
  }
  return {};
}

bool is_kept_above(const std::vector<PyObject*>& layers) {
  for (PyObject* const layer : layers)
    if (keeps_in_object(layer) || is_lru_cache(layer)) return true;
  return false;
}

void forget_above(const PyCell& cell) {
  if (cell.record == nullptr) return;
  for (const nb::object& name : cell.record->kept_under) forget_under(*cell.record->function, cell.object, name.ptr());
}

}  // namespace cache_on_disk::python
