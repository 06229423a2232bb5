#include "object_cells.hpp"

#include <new>
#include <unordered_map>

#include "cached_function.hpp"

namespace cache_on_disk::python {
namespace {

PyTypeObject* ref_type = nullptr;
PyObject* on_death = nullptr;

// Objects that take no weak references, and the first of their cells. Guarded by the interpreter lock; never destroyed.
std::unordered_map<PyObject*, PyCell*>& kept_objects() {
  static auto& leaked = *new std::unordered_map<PyObject*, PyCell*>;
  return leaked;
}

PyCell* first_kept_cell(PyObject* object) noexcept {
  if (kept_objects().empty()) return nullptr;
  const auto found = kept_objects().find(object);
  return found == kept_objects().end() ? nullptr : found->second;
}

void chain_kept_cell(PyCell& cell) {
  PyCell*& first = kept_objects()[cell.object];
  cell.next_of_instance = first;
  first = &cell;
}

void unchain_kept_cell(PyCell& cell) noexcept {
  const auto found = kept_objects().find(cell.object);
  if (found == kept_objects().end()) return;
  PyCell** place = &found->second;
  while (*place != nullptr && *place != &cell) place = &(*place)->next_of_instance;
  if (*place == &cell) *place = cell.next_of_instance;
  cell.next_of_instance = nullptr;
  if (found->second == nullptr) kept_objects().erase(found);
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

/// The reference of an object, made if it has none yet; new. nullptr without an exception if the object takes
/// no weak references, nullptr with one on failure.
InstanceRef* instance_ref(PyObject* object) {
  if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(object))) return nullptr;
  if (InstanceRef* const known = known_instance_ref(object)) {
    Py_INCREF(reinterpret_cast<PyObject*>(known));
    return known;
  }
  PyObject* const fresh =
      PyObject_CallFunctionObjArgs(reinterpret_cast<PyObject*>(ref_type), object, on_death, nullptr);
  if (fresh == nullptr) return nullptr;
  return reinterpret_cast<InstanceRef*>(fresh);  // the rest is zero, which is empty
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
    unchain_kept_cell(cell);
    drop_later(cell.object);
  } else {
    PyCell** place = &reference->first;
    while (*place != &cell) place = &(*place)->next_of_instance;
    *place = cell.next_of_instance;
    cell.next_of_instance = nullptr;
    cell.reference = nullptr;
    if (reference->first == nullptr) {
      reference->siblings = SiblingsRef();
      reference->step = Step();
    }
    drop_later(reinterpret_cast<PyObject*>(reference));
  }
  cell.release();
}

PyCell* cell_of(MethodRecord& record, PyObject* object) {
  CellTable& cells = record.function->cells;
  if (PyCell* const known = cells.find(object)) {
    known->set_record(record);
    return known;
  }
  InstanceRef* const reference = instance_ref(object);
  if (reference == nullptr && PyErr_Occurred() != nullptr) return nullptr;
  // Making the reference may have run the garbage collector, and with it any code.
  PyCell* const known = cells.find(object);
  PyCell* const cell = known == nullptr ? PyCell::make(record, object, record.function->options->writable) : known;
  if (known != nullptr) known->set_record(record);
  if (known != nullptr || cell == nullptr) {
    Py_XDECREF(reinterpret_cast<PyObject*>(reference));
    return cell;
  }
  try {
    cells.insert(cell);
  } catch (const std::bad_alloc&) {
    cell->release();
    Py_XDECREF(reinterpret_cast<PyObject*>(reference));
    PyErr_NoMemory();
    return nullptr;
  }
  if (reference != nullptr) {
    cell->reference = reference;
    cell->next_of_instance = reference->first;
    reference->first = cell;
  } else {
    Py_INCREF(object);
    chain_kept_cell(*cell);
  }
  return cell;
}

const PyCell* tagged_cell(PyObject* object) {
  if (const InstanceRef* const reference = known_instance_ref(object))
    return reference->siblings && reference->siblings->context()->has_tag() ? reference->first : nullptr;
  for (const PyCell* cell = first_kept_cell(object); cell != nullptr; cell = cell->next_of_instance)
    if (cell->is_tagged()) return cell;
  return nullptr;
}

}  // namespace cache_on_disk::python
