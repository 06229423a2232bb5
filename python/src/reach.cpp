#include "reach.hpp"

#include <nanobind/nanobind.h>

#include <new>

#include "attributes.hpp"
#include "elements.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

/// True for objects of which the type alone tells that nothing is below them and that they have no methods of ours: those of
/// types written in C, which nobody can add methods to, without a dictionary and unknown to the collector of garbage.
bool is_plain(PyTypeObject* type) noexcept {
  if (PyType_FastSubclass(type, Py_TPFLAGS_TYPE_SUBCLASS)) return true;
  return !PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) && !PyType_HasFeature(type, Py_TPFLAGS_HAVE_GC) &&
         type->tp_dictoffset == 0;
}

/// True for containers that hold nothing now, or nothing that can hold anything.
bool is_known_to_be_empty(PyObject* object) noexcept {
  if (PyDict_CheckExact(object)) return PyDict_Size(object) == 0 || is_known_to_hold_plain_values(object);
  if (PyList_CheckExact(object)) return PyList_GET_SIZE(object) == 0;
  return Py_TYPE(object) == &PySet_Type && PySet_GET_SIZE(object) == 0;
}

}  // namespace

Reach::~Reach() {
  for (PyObject* const object : nodes_) Py_XDECREF(object);
}

const ClassInfo& Reach::known(PyTypeObject* type) {
  Known& place = place_of(type);
  if (place.type == type && place.info != nullptr) return *place.info;
  const ClassInfo& info = classes_[type];
  place = {type, info.is_empty(type) ? nullptr : &info};
  return info;
}

/// Called by types written in C, which no exception may pass.
int Reach::meet_referent(PyObject* object, void* reach) {
  auto& self = *static_cast<Reach*>(reach);
  PyTypeObject* const type = Py_TYPE(object);
  if (const Known& place = self.place_of(type); place.type == type && place.info == nullptr) return 0;  // nearly always
  try {
    self.meet(object);
    return 0;
  } catch (const std::bad_alloc&) {
    self.out_of_memory_ = true;
    return 1;
  }
}

void Reach::meet(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  Known& place = place_of(type);
  if (place.type == type) {
    if (place.info == nullptr) return;
  } else if (is_plain(type)) {
    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE))
      place = {type, nullptr};  // others may die, and be another class then
    return;
  }
  if (is_known_to_be_empty(object)) return;
  edges_.push_back({static_cast<std::uint32_t>(current_), node(object, object) - 1});
}

std::uint32_t Reach::node(const void* address, PyObject* object) {
  std::uint32_t& number = places_[address];
  if (number != 0) return number;
  nodes_.push_back(object);
  Py_XINCREF(object);
  return number = static_cast<std::uint32_t>(nodes_.size());
}

/// What a class holds is gone through once, however many objects it has.
void Reach::meet_class(const ClassInfo& info) {
  if (info.values.empty()) return;
  const std::size_t known = nodes_.size(), object = current_;
  const std::uint32_t number = node(&info, nullptr);
  edges_.push_back({static_cast<std::uint32_t>(object), number - 1});
  if (number <= known) return;
  current_ = number - 1;
  for (const ClassAttribute& attribute : info.values) meet(attribute.value);
  current_ = object;
}

void Reach::traverse(PyObject* object, traverseproc how) {
  how(object, &meet_referent, this);
  if (out_of_memory_) throw std::bad_alloc();
}

void Reach::look_below(PyObject* object, const ClassInfo& info) {
  if (info.opaque) return;
  if (info.traversed) {
    traverse(object, Py_TYPE(object)->tp_traverse);
    return meet_class(info);
  }
  read_elements(object, info.elements);
  for (const Attribute& attribute : attributes_of(object, info, Hidden::last)) meet(attribute.value.ptr());
}

/// Of a container that tells the collector of more than its elements.
void Reach::read_elements(PyObject* object, Elements elements) {
  switch (elements) {
    case Elements::none:
      return;
    case Elements::mapping:
      return traverse(object, PyDict_Type.tp_traverse);
    case Elements::sequence:
    case Elements::named_tuple:
      if (PyList_Check(object)) return traverse(object, PyList_Type.tp_traverse);
      if (PyTuple_Check(object)) return traverse(object, PyTuple_Type.tp_traverse);
      return traverse(object, deque_type()->tp_traverse);
    case Elements::unordered:
      return traverse(object, PySet_Type.tp_traverse);
  }
}

/// Marks all that leads to a target, from these on backwards.
void Reach::follow_back() {
  leads_.assign(nodes_.size(), false);
  if (targets_.empty()) return;
  std::vector<std::uint32_t> first(nodes_.size() + 1);  // of each node's in `before`
  for (const Edge& edge : edges_) ++first[edge.to];
  std::uint32_t sum = 0;
  for (std::uint32_t& place : first) sum = place += sum;
  std::vector<std::uint32_t> before(edges_.size());
  for (const Edge& edge : edges_) before[--first[edge.to]] = edge.from;
  for (const std::uint32_t target : targets_) leads_[target] = true;
  while (!targets_.empty()) {
    const std::uint32_t node = targets_.back();
    targets_.pop_back();
    for (std::uint32_t i = first[node]; i < first[node + 1]; ++i)
      if (!leads_[before[i]]) {
        leads_[before[i]] = true;
        targets_.push_back(before[i]);
      }
  }
}

}  // namespace cache_on_disk::python
