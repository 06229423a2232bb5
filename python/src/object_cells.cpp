#include "object_cells.hpp"

#include <nanobind/nanobind.h>

#include <new>
#include <unordered_map>

#include "drop_later.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

PyTypeObject* ref_type = nullptr;
PyObject* on_death = nullptr;

// Objects that take no weak references, and the first of their cells. Guarded by the interpreter lock; never destroyed.
std::unordered_map<PyObject*, PyCell*>& kept_objects() {
  static auto& leaked = *new std::unordered_map<PyObject*, PyCell*>;
  return leaked;
}

/// Puts a cell before the others of its object.
void chain(PyCell& cell, PyCell*& first) noexcept {
  cell.next_of_instance = first;
  first = &cell;
}

void unchain(PyCell& cell, PyCell*& first) noexcept {
  PyCell** place = &first;
  while (*place != &cell) place = &(*place)->next_of_instance;
  *place = cell.next_of_instance;
  cell.next_of_instance = nullptr;
}

PyObject* forget_object(PyObject*, PyObject* reference) {
  auto* const dead = reinterpret_cast<InstanceRef*>(reference);
  Py_INCREF(reference);  // the last cell takes its own share along
  while (dead->first != nullptr) unlink(*dead->first);
  Py_DECREF(reference);
  drop_now();
  Py_RETURN_NONE;
}

/// The reference that an object has, borrowed; nullptr if it has none.
InstanceRef* known_instance_ref(PyObject* object) noexcept {
  if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(object))) return nullptr;
  // The list of an object's weak references is short; ours is found there by its type.
  auto* reference = reinterpret_cast<PyWeakReference*>(*PyObject_GET_WEAKREFS_LISTPTR(object));
  for (; reference != nullptr; reference = reference->wr_next)
    if (Py_TYPE(reference) == ref_type) return reinterpret_cast<InstanceRef*>(reference);
  return nullptr;
}

/// The reference of an object, made if it has none yet; not valid if the object takes no weak references.
nb::object instance_ref(PyObject* object) {
  if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(object))) return {};
  if (InstanceRef* const known = known_instance_ref(object)) return nb::borrow(reinterpret_cast<PyObject*>(known));
  PyObject* const fresh =
      PyObject_CallFunctionObjArgs(reinterpret_cast<PyObject*>(ref_type), object, on_death, nullptr);
  if (fresh == nullptr) throw nb::python_error();
  return nb::steal(fresh);  // what is ours in it is zero, which is empty
}

PyMethodDef on_death_definition = {"forget", forget_object, METH_O, nullptr};

}  // namespace

int ready_instance_ref() {
  // tp_new, tp_traverse and the rest are those of weakref.ref.
  static PyType_Slot slots[] = {{0, nullptr}};
  static PyType_Spec spec = {"cache_on_disk._core.InstanceRef", static_cast<int>(sizeof(InstanceRef)), 0,
                             Py_TPFLAGS_DEFAULT, slots};
  PyObject* const bases = PyTuple_Pack(1, reinterpret_cast<PyObject*>(&_PyWeakref_RefType));
  if (bases == nullptr) return -1;
  ref_type = reinterpret_cast<PyTypeObject*>(PyType_FromSpecWithBases(&spec, bases));
  Py_DECREF(bases);
  on_death = PyCFunction_New(&on_death_definition, nullptr);
  return ref_type != nullptr && on_death != nullptr ? 0 : -1;
}

void unlink(PyCell& cell) {
  InstanceRef* const reference = cell.reference;
  cell.record->function->cells.erase(cell.object);
  cell.forget();
  cell.drop_record();
  if (reference == nullptr) {
    const auto kept = kept_objects().find(cell.object);
    unchain(cell, kept->second);
    if (kept->second == nullptr) kept_objects().erase(kept);
    drop_later(cell.object);
  } else {
    unchain(cell, reference->first);
    cell.reference = nullptr;
    if (reference->first == nullptr) {
      reference->siblings = SiblingsRef();
      reference->step = Step();
    }
    drop_later(reinterpret_cast<PyObject*>(reference));
  }
  cell.release();
}

PyCell& cell_of(MethodRecord& record, PyObject* object) {
  CellTable& cells = record.function->cells;
  PyCell* known = cells.find(object);
  nb::object reference;
  if (known == nullptr) {
    reference = instance_ref(object);
    known = cells.find(object);  // making the reference may have run the garbage collector, and with it any code
  }
  if (known != nullptr) {
    known->set_record(record);
    return *known;
  }
  PyCell& cell = PyCell::make(record, object, record.function->state->writable);
  try {
    if (!reference.is_valid()) kept_objects().try_emplace(object);
    cells.insert(&cell);  // behind this nothing can fail
  } catch (const std::bad_alloc&) {
    cell.release();
    throw;
  }
  if (reference.is_valid()) {
    cell.reference = reinterpret_cast<InstanceRef*>(reference.release().ptr());
    chain(cell, cell.reference->first);
  } else {
    Py_INCREF(object);
    chain(cell, kept_objects()[object]);
  }
  return cell;
}

const PyCell* tagged_cell(PyObject* object) {
  if (const InstanceRef* const reference = known_instance_ref(object))
    return reference->siblings && reference->siblings->context()->has_tag() ? reference->first : nullptr;
  if (kept_objects().empty()) return nullptr;
  const auto kept = kept_objects().find(object);
  for (const PyCell* cell = kept != kept_objects().end() ? kept->second : nullptr; cell != nullptr;
       cell = cell->next_of_instance)
    if (cell->is_tagged()) return cell;
  return nullptr;
}

}  // namespace cache_on_disk::python
