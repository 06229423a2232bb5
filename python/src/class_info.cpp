#include "class_info.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

bool is_instance(PyObject* value, const char* class_helper) {
  return PyType_IsSubtype(Py_TYPE(value), reinterpret_cast<PyTypeObject*>(helper(class_helper).ptr())) != 0;
}

/// The cached function behind a class attribute: itself, or what a property or cached_property evaluates.
CachedFunction* function_behind(PyObject* value) {
  if (is_cached_function(value)) return reinterpret_cast<CachedFunction*>(value);
  const bool is_property = is_instance(value, "property");
  if (!is_property && !is_instance(value, "cached_property")) return nullptr;
  PyObject* const behind = PyObject_GetAttrString(value, is_property ? "fget" : "func");
  if (behind == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  Py_DECREF(behind);  // the property holds it
  return is_cached_function(behind) ? reinterpret_cast<CachedFunction*>(behind) : nullptr;
}

/// A cached function under a staticmethod or classmethod has no object whose dataset it could belong to.
void tell_of_no_object(PyObject* value) {
  if (Py_TYPE(value) != &PyStaticMethod_Type && Py_TYPE(value) != &PyClassMethod_Type) return;
  const nb::object behind = nb::handle(value).attr("__func__");
  if (!is_cached_function(behind.ptr())) return;
  const auto* const function = reinterpret_cast<CachedFunction*>(behind.ptr());
  helper("tell_of_no_object")(function->options->qualname.c_str(), Py_TYPE(value)->tp_name);
}

const core::Method& method_of(const CachedFunction& function, PyTypeObject* type) {
  const FunctionOptions& options = *function.options;
  core::Method method;
  method.origin.language = "python";
  method.origin.module = options.module;
  method.origin.object_class =
      options.inherit
          ? options.defining_class
          : nb::cast<std::string>(helper("class_name")(nb::handle(reinterpret_cast<PyObject*>(type))));
  method.origin.function = options.qualname;
  method.origin.version = options.version;
  method.by_arguments = options.by_arguments;
  return core::intern(method);
}

bool is_private_name(PyObject* name) {
  return PyUnicode_GET_LENGTH(name) >= 2 && PyUnicode_READ_CHAR(name, 0) == '_' &&
         PyUnicode_READ_CHAR(name, 1) == '_';
}

/// Reads one class attribute; `seen`: a class before it in the order of resolution has that name.
void read_attribute(ClassInfo& info, PyTypeObject* type, PyObject* name, PyObject* value, bool seen) {
  tell_of_no_object(value);
  if (CachedFunction* const function = function_behind(value)) {
    bool known = false;
    for (const MethodRecord* const method : info.methods)
      known = known || method->function == function ||
              method->function->options->qualname == function->options->qualname;
    if (!known) info.methods.push_back(&record_of(*function, method_of(*function, type)));
  }
  if (seen) return;
  if (is_instance(value, "property") || is_instance(value, "cached_property")) {
    info.hidden.insert(name);
  } else if (Py_TYPE(value) == &PyMemberDescr_Type) {
    if (!is_private_name(name)) info.slots.push_back({name, value});
  } else if (Py_TYPE(value)->tp_descr_get == nullptr && !is_opaque(Py_TYPE(value)) &&
             !is_private_name(name)) {
    info.values.push_back({name, value});
  }
}

Elements elements_of(PyTypeObject* type) {
  if (PyType_FastSubclass(type, Py_TPFLAGS_DICT_SUBCLASS)) return Elements::mapping;
  if (PyType_FastSubclass(type, Py_TPFLAGS_LIST_SUBCLASS)) return Elements::sequence;
  if (PyType_FastSubclass(type, Py_TPFLAGS_TUPLE_SUBCLASS)) {
    const nb::object fields =
        nb::getattr(nb::handle(reinterpret_cast<PyObject*>(type)), "_fields", nb::none());
    return PyTuple_CheckExact(fields.ptr()) ? Elements::named_tuple : Elements::sequence;
  }
  if (PyType_IsSubtype(type, reinterpret_cast<PyTypeObject*>(helper("deque").ptr())))
    return Elements::sequence;
  if (PyType_IsSubtype(type, &PySet_Type) || PyType_IsSubtype(type, &PyFrozenSet_Type))
    return Elements::unordered;
  return Elements::none;
}

}  // namespace

bool is_opaque(PyTypeObject* type) {
  return type == &PyUnicode_Type || type == &PyFloat_Type || type == &PyLong_Type || type == &PyBool_Type ||
         type == Py_TYPE(Py_None) || type == &PyBytes_Type || type == &PyComplex_Type ||
         type == &PyFunction_Type || type == &PyModule_Type || type == &PyCFunction_Type ||
         type == &PyMethod_Type || type == &PyByteArray_Type || type == cached_function_type() ||
         type == reinterpret_cast<PyTypeObject*>(helper("ndarray").ptr()) ||
         PyType_FastSubclass(type, Py_TPFLAGS_TYPE_SUBCLASS) || PyType_IsSubtype(type, &PyModule_Type);
}

bool ClassInfo::hides(PyObject* name) const {
  if (hidden.empty()) return false;
  if (hidden.contains(name)) return true;
  for (PyObject* other : hidden)
    if (PyUnicode_Compare(other, name) == 0) return true;
  return false;
}

ClassTable::~ClassTable() {
  for (auto& [type, info] : known_) Py_DECREF(type);
}

const ClassInfo& ClassTable::operator[](PyTypeObject* type) {
  const auto found = known_.find(type);
  if (found != known_.end()) return found->second;
  ClassInfo info;
  info.opaque = is_opaque(type);
  if (!info.opaque && type->tp_mro != nullptr) {
    info.elements = elements_of(type);
    nb::dict
        seen;  // names of the classes before; their dictionaries are copied: what is asked below may run code
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
      const nb::handle base = PyTuple_GET_ITEM(type->tp_mro, i);
      const nb::dict attributes = nb::cast<nb::dict>(helper("class_dict")(base));
      for (auto [name, value] : attributes) {
        if (!PyUnicode_CheckExact(name.ptr())) continue;
        read_attribute(info, type, name.ptr(), value.ptr(), seen.contains(name));
      }
      PyDict_Update(seen.ptr(), attributes.ptr());
    }
  }
  Py_INCREF(type);
  return known_.emplace(type, std::move(info)).first->second;
}

}  // namespace cache_on_disk::python
