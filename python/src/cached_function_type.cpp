#include "cached_function_type.hpp"

#include <structmember.h>

#include <new>

#include "cached_function.hpp"
#include "helpers.hpp"
#include "object_cells.hpp"
#include "python_call.hpp"
#include "tagged_object.hpp"

namespace cache_on_disk::python {
namespace {

CachedFunction* self_of(PyObject* object) noexcept { return reinterpret_cast<CachedFunction*>(object); }

/// A new reference to the object itself. A copy of a cached function is the function, as with functions.
PyObject* same(PyObject* self, PyObject*) {
  Py_INCREF(self);
  return self;
}

/// All cached functions: a ring that begins with none. Guarded by the interpreter lock.
CachedFunction& ring() noexcept {
  static CachedFunction& beginning = *[] {
    static CachedFunction none{};
    return none.before = none.after = &none;
  }();
  return beginning;
}

// Out of the way of a hit, which then saves no register.
[[gnu::noinline]] PyObject* call_slowly(CachedFunction* self, PyObject* const* args, std::size_t nargsf,
                                        PyObject* kwnames) {
  PyCell* cell = nullptr;
  if (PyVectorcall_NARGS(nargsf) > 0) {
    cell = self->cells.find(args[0]);
    if (cell == nullptr || !cell->is_of_its_class()) cell = cell_of_tagged(*self, args[0]);
    if (cell == nullptr && PyErr_Occurred() != nullptr) return nullptr;
  }
  if (cell == nullptr && self->anchor != nullptr) cell = self->cells.find(self->anchor);
  if (cell == nullptr) return call_untagged(self, args, nargsf, kwnames);
  return call_cell(self, *cell, args, nargsf, kwnames);
}

// So is this, whose comparisons need some.
[[gnu::noinline]] PyObject* call_for_array(CachedFunction* self, PyObject* const* args, std::size_t nargsf,
                                           PyObject* kwnames, const PyCell* cell) {
  PyObject* const value = cell->hot_array();
  if (value == nullptr) return call_slowly(self, args, nargsf, kwnames);
  Py_INCREF(value);
  return value;
}

PyObject* call(PyObject* callable, PyObject* const* args, std::size_t nargsf, PyObject* kwnames) {
  CachedFunction* const self = self_of(callable);
  if (PyVectorcall_NARGS(nargsf) == 1 && kwnames == nullptr) [[likely]] {
    const PyCell* const cell = self->cells.find(args[0]);
    if (cell != nullptr && cell->is_of_its_class() &&
        system::hits_take_the_long_way.load(std::memory_order_relaxed) == 0) [[likely]] {
      PyObject* const value = cell->hot_value();
      if (value == nullptr) return call_for_array(self, args, nargsf, kwnames, cell);
      Py_INCREF(value);
      return value;
    }
  }
  return call_slowly(self, args, nargsf, kwnames);
}

PyObject* bind_method(PyObject* self, PyObject* object, PyObject*) {
  return object == nullptr || object == Py_None ? same(self, nullptr) : PyMethod_New(self, object);
}

int traverse(PyObject* object, visitproc visit, void* arg) {
  CachedFunction* const self = self_of(object);
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(self->wrapped);
  Py_VISIT(self->anchor);
  Py_VISIT(self->asynchronous);
  Py_VISIT(self->dict);
  for (const auto& record : self->state->records) Py_VISIT(record->type);
  return self->cells.for_each([&](const PyCell& cell) { return cell.visit_values(visit, arg); });
}

int clear(PyObject* object) {
  CachedFunction* const self = self_of(object);
  while (PyCell* const cell = self->cells.any()) unlink(*cell);
  drop_now();
  Py_CLEAR(self->wrapped);
  Py_CLEAR(self->anchor);
  Py_CLEAR(self->asynchronous);
  Py_CLEAR(self->dict);
  return 0;
}

void dealloc(PyObject* object) {
  PyObject_GC_UnTrack(object);
  CachedFunction* const self = self_of(object);
  if (self->weakrefs != nullptr) PyObject_ClearWeakRefs(object);
  clear(object);
  self->before->after = self->after;
  self->after->before = self->before;
  delete self->state;
  self->cells.~CellTable();
  PyTypeObject* const own_type = Py_TYPE(object);
  own_type->tp_free(object);
  Py_DECREF(own_type);
}

/// CachedFunction(wrapped): all else is set by the decorator.
PyObject* make(PyTypeObject* own_type, PyObject* args, PyObject* kwargs) {
  static const char* names[] = {"wrapped", nullptr};
  PyObject* wrapped = nullptr;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "O:CachedFunction", const_cast<char**>(names), &wrapped) == 0)
    return nullptr;
  if (PyCallable_Check(wrapped) == 0) {
    PyErr_SetString(PyExc_TypeError, "cache_on_disk: only what can be called can be cached");
    return nullptr;
  }
  PyObject* const object = own_type->tp_alloc(own_type, 0);
  if (object == nullptr) return nullptr;
  CachedFunction* const self = self_of(object);
  self->vectorcall = call;
  new (&self->cells) CellTable;
  Py_INCREF(wrapped);
  self->wrapped = wrapped;
  self->before = &ring();
  self->after = ring().after;
  self->before->after = self->after->before = self;
  self->state = new (std::nothrow) FunctionState;
  if (self->state == nullptr) {
    Py_DECREF(object);
    return PyErr_NoMemory();
  }
  return object;
}

template <class... Arguments>
PyObject* call_helper(Helper Helpers::* helper, Arguments... arguments) try {
  return (helpers().*helper)(nanobind::handle(arguments)...).release().ptr();
} catch (nanobind::python_error& error) {
  error.restore();
  return nullptr;
}

PyObject* reduce(PyObject* self, PyObject* protocol) { return call_helper(&Helpers::reduced, self, protocol); }
PyObject* carrier(PyObject* self, void*) { return call_helper(&Helpers::carrier_of, self); }

/// Called as a class is made that has the function as an attribute.
PyObject* set_name(PyObject* self, PyObject* args) {
  self_of(self)->state->in_class = true;
  PyObject* const owner = PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : nullptr;
  if (owner != nullptr && PyType_Check(owner) != 0 &&
      !PyType_HasFeature(reinterpret_cast<PyTypeObject*>(owner), Py_TPFLAGS_HAVE_GC))
    may_be_unknown_to_collector = true;
  Py_RETURN_NONE;
}

/// An attribute of the undecorated function, or what stands for a missing one.
PyObject* attribute_of_wrapped(PyObject* object, const char* name, PyObject* missing) {
  PyObject* const found = PyObject_GetAttrString(self_of(object)->wrapped, name);
  if (found != nullptr || PyErr_ExceptionMatches(PyExc_AttributeError) == 0) return found;
  PyErr_Clear();
  return same(missing, nullptr);
}

/// Class makers that rebuild a class, with slots say, put the new class into the cells of its methods.
PyObject* closure(PyObject* object, void*) { return attribute_of_wrapped(object, "__closure__", Py_None); }

PyObject* is_abstract(PyObject* object, void*) {
  PyObject* const dict = self_of(object)->dict;
  PyObject* const set = dict != nullptr ? PyDict_GetItemString(dict, "__isabstractmethod__") : nullptr;
  if (set != nullptr) return same(set, nullptr);
  return attribute_of_wrapped(object, "__isabstractmethod__", Py_False);
}

int set_abstract(PyObject* object, PyObject* value, void*) {
  PyObject* const dict = PyObject_GenericGetDict(object, nullptr);
  if (dict == nullptr) return -1;
  const int failed = value != nullptr ? PyDict_SetItemString(dict, "__isabstractmethod__", value)
                                      : PyDict_DelItemString(dict, "__isabstractmethod__");
  Py_DECREF(dict);
  return failed;
}

PyObject* representation(PyObject* object) { return PyUnicode_FromFormat("<cached %R>", self_of(object)->wrapped); }

PyMethodDef methods[] = {{"__reduce_ex__", reduce, METH_O, nullptr},
                         {"__copy__", same, METH_NOARGS, nullptr},
                         {"__deepcopy__", same, METH_O, nullptr},
                         {"__set_name__", set_name, METH_VARARGS, nullptr},
                         {nullptr, nullptr, 0, nullptr}};
PyObject* wrapped(PyObject* self, void*) {
  PyObject* const function = self_of(self)->wrapped;
  if (function != nullptr) return same(function, nullptr);
  PyErr_SetString(PyExc_AttributeError, "__wrapped__");
  return nullptr;
}

/// A decorator above may call functools.update_wrapper on a cached function. What it calls stays what it is.
int set_wrapped(PyObject*, PyObject*, void*) { return 0; }

PyGetSetDef getters[] = {{"__isabstractmethod__", is_abstract, set_abstract, nullptr, nullptr},
                         {"__closure__", closure, nullptr, nullptr, nullptr},
                         {"__wrapped__", wrapped, set_wrapped, "The function without its cache.", nullptr},
                         {"_carrier", carrier, nullptr, nullptr, nullptr},
                         {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
                         {nullptr, nullptr, nullptr, nullptr, nullptr}};
PyMemberDef members[] = {{"__dictoffset__", T_PYSSIZET, offsetof(CachedFunction, dict), READONLY, nullptr},
                         {"__weaklistoffset__", T_PYSSIZET, offsetof(CachedFunction, weakrefs), READONLY, nullptr},
                         {"__vectorcalloffset__", T_PYSSIZET, offsetof(CachedFunction, vectorcall), READONLY, nullptr},
                         {nullptr, 0, 0, 0, nullptr}};
PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void*>(make)},
                       {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                       {Py_tp_descr_get, reinterpret_cast<void*>(bind_method)},
                       {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                       {Py_tp_clear, reinterpret_cast<void*>(clear)},
                       {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
                       {Py_tp_repr, reinterpret_cast<void*>(representation)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getters},
                       {Py_tp_members, members},
                       {0, nullptr}};
PyType_Spec spec = {"cache_on_disk._core.CachedFunction", static_cast<int>(sizeof(CachedFunction)), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_HAVE_VECTORCALL,
                    slots};

}  // namespace

int add_cached_function(PyObject* module) {
  auto* const type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  if (type == nullptr) return -1;
  cached_function_type = type;
  // Class makers that refuse attributes of types they do not know (pydantic) let those of functools pass, as what is made
  // of a function.
  PyObject* const module_name = PyUnicode_FromString("functools");
  if (module_name == nullptr) return -1;
  const int failed = PyObject_SetAttrString(reinterpret_cast<PyObject*>(type), "__module__", module_name);
  Py_DECREF(module_name);
  if (failed != 0) return -1;
  Py_INCREF(type);
  return PyModule_AddObject(module, "CachedFunction", reinterpret_cast<PyObject*>(type));
}

void forget_all_values() {
  for (const CachedFunction* function = ring().after; function != &ring(); function = function->after)
    function->cells.for_each([](PyCell& cell) {
      cell.forget();
      return 0;
    });
  drop_now();
}

}  // namespace cache_on_disk::python
