#include "class_info.hpp"

#include <fmt/format.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <algorithm>

#include "format/names.hpp"
#include "function_root.hpp"
#include "helpers.hpp"
#include "origins.hpp"
#include "step_text.hpp"
#include "wrappers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

bool is_kind_of_property(PyObject* value) {
  return PyType_IsSubtype(Py_TYPE(value), &PyProperty_Type) != 0 ||
         PyType_IsSubtype(Py_TYPE(value), helpers().cached_property.type()) != 0;
}

PyObject* object_of(PyTypeObject* type) { return reinterpret_cast<PyObject*>(type); }

/// "Outer.Class", without what cannot stand in the name of a file.
std::string qualname_of(PyTypeObject* type) {
  std::string name = type->tp_name;
  if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) name = utf8(reinterpret_cast<PyHeapTypeObject*>(type)->ht_qualname);
  return entry::encode_text(name);
}

/// True if a function of this qualified name is what its class calls by that name: the names agree, or the class's own, hidden
/// one ("_Class__name") is what the compiler has made of it.
bool ends_in(std::string_view qualname, std::string_view attribute, PyTypeObject* owner) {
  const std::string_view last = qualname.substr(qualname.rfind('.') + 1);
  if (last == attribute) return true;
  if (!last.starts_with("__")) return false;
  std::string_view name = owner->tp_name;
  name = name.substr(name.rfind('.') + 1);
  name.remove_prefix(std::min(name.find_first_not_of('_'), name.size()));
  return attribute == fmt::format("_{}{}", name, last);
}

/// A cached function as an attribute of a class that an object is of.
struct Candidate {
  CachedFunction* function;
  PyTypeObject* owner;                     ///< the class in whose dictionary it is
  std::string name;                        ///< "Class.method"
  bool stands;                             ///< the function's own name
  std::vector<PyObject*> kept_under = {};  ///< attributes under which decorators over it keep values
};

Candidate candidate(CachedFunction* function, PyTypeObject* owner, PyObject* attribute) {
  const std::string text = member_text(attribute).substr(1);
  if (ends_in(function->state->qualname, text, owner)) return {function, owner, function->state->qualname, true};
  return {function, owner, fmt::format("{}.{}", qualname_of(owner), text), false};
}

void add(std::vector<Candidate>& candidates, Candidate fresh) {
  for (Candidate& known : candidates) {
    if (known.function != fresh.function) continue;
    if (fresh.stands && !known.stands) {  // an alias was met first
      known.name = fresh.name;
      known.owner = fresh.owner;
      known.stands = true;
    }
    known.kept_under.insert(known.kept_under.end(), fresh.kept_under.begin(), fresh.kept_under.end());
    return;
  }
  candidates.push_back(std::move(fresh));
}

std::string expected_qualname(PyTypeObject* owner, PyObject* attribute) {
  return fmt::format("{}.{}", qualname_of(owner), member_text(attribute).substr(1));
}

/// A cached function under a staticmethod or classmethod has no object whose dataset it could belong to.
void note_if_of_no_object(ClassInfo& info, PyTypeObject* owner, PyObject* name, PyObject* value) {
  if (Py_TYPE(value) != &PyStaticMethod_Type && Py_TYPE(value) != &PyClassMethod_Type) return;
  const nb::object behind = nb::handle(value).attr("__func__");
  CachedFunction* const function = function_behind(behind.ptr());
  if (function == nullptr) return;
  const std::string method = candidate(function, owner, name).name;
  info.unreached.push_back(
      {function, method, "no object",
       fmt::format(
           "{} is a {}: it belongs to no object that a tag could be set on, so it is not cached; make it a function of "
           "the module, and set_tag on that",
           method, Py_TYPE(value)->tp_name)});
}

const core::Method& method_of(const Candidate& candidate, PyTypeObject* type, const std::string& class_name,
                              std::string program) {
  const FunctionState& state = *candidate.function->state;
  core::Method method;
  method.origin.language = "python";
  method.origin.module = state.module;
  // An identity is the word of the programmer that code which has moved gives the same values.
  method.origin.object_class =
      state.inherit || (state.has_identity && candidate.owner == type) ? state.defining_class : class_name;
  method.origin.function = candidate.name;
  method.origin.version = state.version;
  method.origin.program = std::move(program);
  method.by_arguments = state.by_arguments;
  return core::intern(method);
}

void take_methods(ClassInfo& info, PyTypeObject* type, std::vector<Candidate>& candidates) {
  if (candidates.empty()) return;
  std::vector<CachedFunction*> functions;
  for (const Candidate& one : candidates) functions.push_back(one.function);
  ClassOrigins origins(type, functions);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& one = candidates[i];
    const auto has_its_name = [&](const RecordShare& other) { return other->method->origin.function == one.name; };
    if (std::ranges::any_of(info.methods, has_its_name)) {
      info.unreached.push_back(
          {one.function, one.name, "name taken",
           fmt::format(
               "two methods of a {} are called {}: the one of the base class is not cached; give one of the classes "
               "another name",
               qualname_of(type), one.name)});
      continue;
    }
    MethodRecord& record = *info.methods.emplace_back(
        record_of(*one.function, method_of(one, type, origins.class_name, std::move(origins.programs[i])), type));
    for (PyObject* const attribute : one.kept_under) record.note_kept_under(attribute);
  }
}

bool is_private_name(PyObject* name) {
  return PyUnicode_GET_LENGTH(name) >= 2 && PyUnicode_READ_CHAR(name, 0) == '_' && PyUnicode_READ_CHAR(name, 1) == '_';
}

/// False for what is seen at a glance to lead to no cached function: nearly all that classes have.
bool may_lead_to_function(PyObject* value) {
  const PyTypeObject* const type = Py_TYPE(value);
  if (type->tp_descr_get == nullptr || type == &PyWrapperDescr_Type || type == &PyMethodDescr_Type ||
      type == &PyGetSetDescr_Type || type == &PyMemberDescr_Type || type == &PyClassMethodDescr_Type)
    return false;
  if (type != &PyFunction_Type) return true;
  const auto* const function = reinterpret_cast<PyFunctionObject*>(value);
  return function->func_dict != nullptr || function->func_closure != nullptr;
}

/// True for a function that was written under the name it has in its class: a method, which may have been given the looks of
/// another by functools.wraps. What a decorator has made was written elsewhere, under another name.
bool is_written_as(PyObject* value, PyObject* name) {
  if (PyFunction_Check(value) == 0) return false;
  return PyUnicode_Compare(reinterpret_cast<PyCodeObject*>(PyFunction_GET_CODE(value))->co_name, name) == 0;
}

/// The cached function behind an attribute of a class, as one of those of the class.
void read_function(std::vector<Candidate>& candidates, PyTypeObject* owner, PyObject* name, PyObject* value) {
  if (!may_lead_to_function(value) || is_written_as(value, name)) return;
  std::vector<PyObject*> layers;
  CachedFunction* function = function_behind(value, &layers);
  if (function == nullptr) function = function_hidden_in(value, [&] { return expected_qualname(owner, name); });
  if (function == nullptr) return;
  Candidate found = candidate(function, owner, name);
  if (is_kept_above(layers)) found.kept_under.push_back(name);
  add(candidates, std::move(found));
}

/// False for what is seen at a glance to be neither a method of ours nor anything that objects of the class have: nearly all.
bool is_of_interest(PyObject* name, PyObject* value) {
  const PyTypeObject* const type = Py_TYPE(value);
  if (type == &PyMemberDescr_Type) return !is_private_name(name);
  if (type->tp_descr_get == nullptr) return !is_private_name(name) && !is_opaque(Py_TYPE(value));
  return may_lead_to_function(value);
}

/// Owns a reference to the dictionary of a class, as it is.
nb::object dictionary_of(PyTypeObject* type) {
#if PY_VERSION_HEX >= 0x030C0000
  return nb::steal(PyType_GetDict(type));
#else
  return nb::borrow(type->tp_dict);
#endif
}

struct NamedValue {
  nb::object name, value;
};

/// What is of interest in the dictionary of a class; taken out of it first, because a closer look may run code.
std::vector<NamedValue> attributes_of_interest(nb::handle dictionary) {
  std::vector<NamedValue> found;
  PyObject *name = nullptr, *value = nullptr;
  Py_ssize_t place = 0;
  while (PyDict_Next(dictionary.ptr(), &place, &name, &value) != 0)
    if (PyUnicode_CheckExact(name) && is_of_interest(name, value))
      found.push_back({nb::borrow(name), nb::borrow(value)});
  return found;
}

bool has(const std::vector<nb::object>& dictionaries, PyObject* name) {
  return std::ranges::any_of(dictionaries,
                             [&](const nb::object& one) { return PyDict_Contains(one.ptr(), name) == 1; });
}

/// Reads one class attribute. `before`: the dictionaries of the classes before it in the order of resolution.
void read_attribute(ClassInfo& info, std::vector<Candidate>& candidates, PyTypeObject* owner, PyObject* name,
                    PyObject* value, const std::vector<nb::object>& before) {
  note_if_of_no_object(info, owner, name, value);
  read_function(candidates, owner, name, value);
  const bool hides = is_kind_of_property(value);
  const bool is_slot = Py_TYPE(value) == &PyMemberDescr_Type;
  if ((!hides && !is_slot && Py_TYPE(value)->tp_descr_get != nullptr) || has(before, name)) return;
  if (hides)
    info.hidden.insert(name);
  else
    (is_slot ? info.slots : info.values).push_back({name, value});
}

/// True if objects of a class tell the collector of garbage of just what a walk may find below them, and perhaps of more that lies
/// under names it does not follow, or are keys: those of classes written in Python, of which no base written in C has more than
/// elements, and plain containers.
bool is_traversed(PyTypeObject* type, const ClassInfo& info) {
  const traverseproc of_python_classes = helpers().Anchor.type()->tp_traverse;
  for (const ClassAttribute& slot : info.slots)
    if (reinterpret_cast<PyDescrObject*>(slot.value)->d_type->tp_traverse != of_python_classes) return false;
  const PyTypeObject* base = type;
  while (base != nullptr && base->tp_traverse == of_python_classes) base = base->tp_base;
  if (base == nullptr) return false;
  return base == &PyList_Type || base == &PyTuple_Type || base == &PyDict_Type || base == &PySet_Type ||
         base == &PyFrozenSet_Type || base == deque_type() ||
         (base->tp_traverse == nullptr && base->tp_dictoffset == 0);
}

Elements elements_of(PyTypeObject* type) {
  if (PyType_FastSubclass(type, Py_TPFLAGS_DICT_SUBCLASS)) return Elements::mapping;
  if (PyType_FastSubclass(type, Py_TPFLAGS_LIST_SUBCLASS)) return Elements::sequence;
  if (PyType_FastSubclass(type, Py_TPFLAGS_TUPLE_SUBCLASS)) {
    return fields_of(type) != nullptr ? Elements::named_tuple : Elements::sequence;
  }
  if (PyType_IsSubtype(type, deque_type())) return Elements::sequence;
  if (PyType_IsSubtype(type, &PySet_Type) || PyType_IsSubtype(type, &PyFrozenSet_Type)) return Elements::unordered;
  return Elements::none;
}

}  // namespace

PyTypeObject* deque_type() { return helpers().deque.type(); }

PyObject* fields_of(PyTypeObject* type) noexcept {
  static PyObject* const name = PyUnicode_InternFromString("_fields");
  PyObject* const fields = _PyType_Lookup(type, name);
  return fields != nullptr && PyTuple_CheckExact(fields) ? fields : nullptr;
}

bool is_opaque(PyTypeObject* type) {
  return type == &PyUnicode_Type || type == &PyFloat_Type || type == &PyLong_Type || type == &PyBool_Type ||
         type == Py_TYPE(Py_None) || type == &PyBytes_Type || type == &PyComplex_Type || type == &PyFunction_Type ||
         type == &PyModule_Type || type == &PyCFunction_Type || type == &PyMethod_Type || type == &PyByteArray_Type ||
         type == cached_function_type || type == helpers().ndarray.type() ||
         PyType_FastSubclass(type, Py_TPFLAGS_TYPE_SUBCLASS) || PyType_IsSubtype(type, &PyModule_Type);
}

bool ClassInfo::hides(PyObject* name) const {
  if (hidden.empty()) return false;
  if (hidden.contains(name)) return true;
  for (PyObject* other : hidden)
    if (PyUnicode_Compare(other, name) == 0) return true;
  return false;
}

const ClassInfo& ClassTable::operator[](PyTypeObject* type) {
  const auto found = known_.find(type);
  if (found != known_.end()) return found->second;
  ClassInfo info;
  info.itself = nb::borrow(object_of(type));
  info.opaque = is_opaque(type);
  if (!info.opaque && type->tp_mro != nullptr) {
    info.elements = elements_of(type);
    info.anchor = is_anchor_type(type);
    std::vector<Candidate> candidates;
    std::vector<nb::object> before;
    const nb::object resolution = nb::borrow(type->tp_mro);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(resolution.ptr()); ++i) {
      auto* const owner = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(resolution.ptr(), i));
      nb::object dictionary = dictionary_of(owner);
      for (const auto& [name, value] : attributes_of_interest(dictionary))
        read_attribute(info, candidates, owner, name.ptr(), value.ptr(), before);
      before.push_back(std::move(dictionary));
    }
    take_methods(info, type, candidates);
    info.traversed = is_traversed(type, info);
    info.has_unreached_to_tell = std::ranges::any_of(info.unreached, &UnreachedMethod::is_told_when_met);
  }
  return known_.emplace(type, std::move(info)).first->second;
}

const std::vector<RecordShare>& ClassTable::methods_of(PyObject* object) {
  const ClassInfo& info = (*this)[Py_TYPE(object)];
  if (!info.anchor) return info.methods;
  of_anchor_.clear();
  of_anchor_.push_back(record_of_anchor(object));
  return of_anchor_;
}

CachedFunction* method_behind(PyTypeObject* type, PyObject* value) {
  if (CachedFunction* const function = function_behind(value)) return function;
  for (Py_ssize_t i = 0; type->tp_mro != nullptr && i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
    auto* const owner = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(type->tp_mro, i));
    for (auto [name, held] : nb::cast<nb::dict>(helpers().class_dict(nb::handle(object_of(owner)))))
      if (held.ptr() == value && PyUnicode_CheckExact(name.ptr()))
        if (CachedFunction* const found =
                function_hidden_in(value, [&, at = name] { return expected_qualname(owner, at.ptr()); }))
          return found;
  }
  return nullptr;
}

}  // namespace cache_on_disk::python
