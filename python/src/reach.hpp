// Reach: which of the objects below a root lead to cached methods that have no name yet.
//
// Objects mostly hold far more than what is cached: figures, tables of plain values, data of libraries. Reach goes through all of
// it as the garbage collector does, in no order and without names, so that the walk enters only objects that lead somewhere.
// It evaluates nothing. Guarded by the interpreter lock.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "address_map.hpp"
#include "cache_on_disk/detail/walk/walker.hpp"
#include "class_info.hpp"

namespace cache_on_disk::python {

class Reach {
 public:
  explicit Reach(ClassTable& classes) : classes_(classes) {}
  ~Reach();
  Reach(const Reach&) = delete;
  Reach& operator=(const Reach&) = delete;

  /// Goes through all that can be reached. `is_named(object)` is true for objects that need no name any more. Throws
  /// nanobind::python_error.
  template <class IsNamed>
  void explore(PyObject* root, IsNamed&& is_named) {
    meet(root);
    std::size_t level = 0, level_end = 1;
    for (; current_ < nodes_.size(); ++current_) {
      if (current_ == level_end) {
        level_end = nodes_.size();
        ++level;
      }
      if (current_ == many && targets_.size() > many / 2) {
        gave_up_ = true;
        return;
      }
      PyObject* const object = nodes_[current_];
      if (object == nullptr) continue;
      const ClassInfo& info = known(Py_TYPE(object));
      const bool too_deep = level == most_levels;
      if (too_deep || (!info.methods.empty() && !is_named(object)) || info.has_unreached_to_tell)
        targets_.push_back(static_cast<std::uint32_t>(current_));
      if (!too_deep) look_below(object, info);
    }
    follow_back();
  }

  /// True if a walk must enter the object; for all, if the walk would not be the shorter for it.
  bool leads_on(const PyObject* object) const noexcept {
    if (gave_up_) return true;
    const std::uint32_t place = places_.get(object);
    return place != 0 && leads_[place - 1];
  }

 private:
  // Farther than any walk goes: a step leads over one or two levels, since a dictionary may lie between an object and its attributes.
  static constexpr std::size_t most_levels = 4 * core::Walker::deepest;
  static constexpr std::size_t many =
      10'000;  // where most of so many objects have cached methods, nothing can be saved
  struct Edge {
    std::uint32_t from, to;
  };
  struct Known {
    PyTypeObject* type = nullptr;
    const ClassInfo* info = nullptr;  // nullptr: there is nothing in such an object
  };

  Known& place_of(PyTypeObject* type) noexcept {
    const auto bits = reinterpret_cast<std::uintptr_t>(type);
    return known_[(bits >> 4 ^ bits >> 11) % known_.size()];
  }
  const ClassInfo& known(PyTypeObject* type);
  static int meet_referent(PyObject* object, void* reach);
  void meet(PyObject* object);
  void meet_class(const ClassInfo& info);
  std::uint32_t node(const void* address, PyObject* object);
  void traverse(PyObject* object, traverseproc how);
  void look_below(PyObject* object, const ClassInfo& info);
  void read_elements(PyObject* object, Elements elements);
  void follow_back();

  ClassTable& classes_;
  std::array<Known, 256> known_;
  std::vector<PyObject*>
      nodes_;  // owned, in the order in which they were met; nullptr: what a class holds for its objects
  AddressMap<Places::scattered> places_;  // in nodes_, from 1 on, by address of the object or of the ClassInfo
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> targets_;
  std::vector<bool> leads_;
  std::size_t current_ = 0;
  bool gave_up_ = false;
  bool out_of_memory_ = false;
};

}  // namespace cache_on_disk::python
