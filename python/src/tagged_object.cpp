#include "tagged_object.hpp"

#include <fmt/format.h>
#include <nanobind/nanobind.h>

#include <string>
#include <string_view>
#include <unordered_map>

#include "binding/binding.hpp"
#include "cache_on_disk/options.hpp"
#include "class_info.hpp"
#include "core_errors.hpp"
#include "format/names.hpp"
#include "object_cells.hpp"
#include "python_call.hpp"
#include "report/uncached.hpp"
#include "step_text.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

/// True if a class that the object is of bears the name that stands before the function's: it is a method, which something hides.
bool is_of_a_class(const CachedFunction& function, PyTypeObject* type) {
  const std::string& qualname = function.state->qualname;
  const std::string_view parent = std::string_view(qualname).substr(0, std::min(qualname.rfind('.'), qualname.size()));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); ++i) {
    auto* const base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(type->tp_mro, i));
    if (PyType_HasFeature(base, Py_TPFLAGS_HEAPTYPE) &&
        entry::encode_text(utf8(reinterpret_cast<PyHeapTypeObject*>(base)->ht_qualname)) == parent)
      return true;
  }
  return false;
}

std::string directory_of(const core::Binding* binding) {
  return binding != nullptr ? binding->context().place().path() : std::string();
}

struct Told {
  nb::object type;  // a weak reference: another class may get the address
  std::set<std::string> methods;

  bool is_of(PyTypeObject* asked) const {
    return type.is_valid() && type().is(nb::handle(reinterpret_cast<PyObject*>(asked)));
  }
};

std::unordered_map<const PyTypeObject*, Told>& without_cell() {
  static auto& leaked = *new std::unordered_map<const PyTypeObject*, Told>;
  return leaked;
}

void tell(const PyCell& relative, const std::string& name, const char* reason, const std::string& message) {
  PyTypeObject* const type = Py_TYPE(relative.object);
  Told& told = without_cell()[type];
  if (!told.is_of(type)) told = {nb::steal(PyWeakref_NewRef(reinterpret_cast<PyObject*>(type), nullptr)), {}};
  told.methods.insert(name);
  const auto binding = relative.make_binding();
  core::tell_uncached({fmt::format("{}.{}", binding ? binding->instance()->full() : "root", name), reason, message,
                       name, directory_of(binding.get())});
}

/// True if the function was put into the object itself, as a bound method.
bool is_bound_in(const CachedFunction& function, PyObject* object) {
  PyObject** const place = _PyObject_GetDictPtr(object);
  PyErr_Clear();
  if (place == nullptr || *place == nullptr || PyDict_Check(*place) == 0) return false;
  PyObject *name = nullptr, *value = nullptr;
  Py_ssize_t at = 0;
  while (PyDict_Next(*place, &at, &name, &value) != 0)
    if (Py_TYPE(value) == &PyMethod_Type && PyMethod_GET_SELF(value) == object &&
        PyMethod_GET_FUNCTION(value) == reinterpret_cast<const PyObject*>(&function))
      return true;
  return false;
}

/// Tells of a method that is called under a tag without being cached; says nothing of a function that is not a method of the object.
void tell_if_method(CachedFunction& function, const PyCell& relative, const ClassInfo& info) {
  for (const UnreachedMethod& one : info.unreached)
    if (one.function == &function) return tell(relative, one.name, one.reason, one.message);
  const std::string& name = function.state->qualname;
  for (const RecordShare& method : info.methods)
    if (method->method->origin.function == name) return function.state->strangers.note(Py_TYPE(relative.object));
  if (is_bound_in(function, relative.object))
    return tell(
        relative, name, "not in the class",
        fmt::format("{} was put into an object, not into its class, so it is not cached: put it into the class", name));
  if (!is_of_a_class(function, Py_TYPE(relative.object)))
    return function.state->strangers.note(Py_TYPE(relative.object));
  tell(relative, name, "hidden",
       fmt::format("{} is called on an object that has a tag, but a decorator over it hides it from the object's "
                   "class, so it is "
                   "not cached: use functools.wraps in that decorator",
                   name));
}

PyCell* make_cell(CachedFunction& function, PyObject* object) {
  const PyCell* const relative = tagged_cell(object);
  if (relative == nullptr || function.state->strangers.knows(Py_TYPE(object))) return nullptr;
  ClassTable classes;
  for (const RecordShare& method : classes.methods_of(object)) {
    if (method->function != &function) continue;
    PyCell& cell = cell_of(*method, object);
    if (cell.keeps_object())
      if (const auto binding = relative->make_binding())
        drop_with(&PyCell::set_binding, cell,
                  std::make_shared<core::Binding>(binding->shared_context(), binding->instance(), *method->method));
    return &cell;
  }
  tell_if_method(function, *relative, classes[Py_TYPE(object)]);
  return nullptr;
}

}  // namespace

std::string tag_directory_of(PyObject* object) {
  const PyCell* const cell = tagged_cell(object);
  return cell != nullptr ? directory_of(cell->make_binding().get()) : std::string();
}

const std::set<std::string>& methods_without_cell(PyTypeObject* type) {
  static const std::set<std::string> none;
  const auto found = without_cell().find(type);
  return found == without_cell().end() || !found->second.is_of(type) ? none : found->second.methods;
}

PyCell* cell_of_tagged(CachedFunction& function, PyObject* object) noexcept try {
  return make_cell(function, object);
} catch (const std::exception&) {
  set_error(std::current_exception());
  return nullptr;
}

}  // namespace cache_on_disk::python
