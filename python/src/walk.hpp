// The walk over a tree of Python objects: which are found, and under which names.
//
// First comes the walk of the Python original, whose names existing caches bear; then everything else that
// can be reached. Neither evaluates anything: instance dictionaries, slots and class attributes are read as
// they are, no descriptor, no
// __getattr__ and no __dir__ is called.
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <memory>
#include <vector>

#include "cache_on_disk/core/tree.hpp"

namespace cache_on_disk::python {

/// Whether methods that have no cell yet get one.
enum class Cells { existing, make };

/// An object with cached methods, as a walk has found it.
struct FoundObject {
  nanobind::object object;
  core::Name name;
};

/// Everything below a root, found once; keeps what it found alive while the core works on it.
class PythonTree {
 public:
  PythonTree(nanobind::handle root, Cells cells) : root_(nanobind::borrow(root)), cells_(cells) {}

  /// The tree as the core takes it. Throws nb::python_error out of the walk.
  core::Tree tree();
  /// The objects with cached methods, in order, each once; to be called after the walk.
  std::vector<FoundObject>& objects() { return objects_; }

 private:
  void walk(core::Walker& walker);
  nanobind::object root_;
  Cells cells_;
  std::vector<FoundObject> objects_;
};

}  // namespace cache_on_disk::python
