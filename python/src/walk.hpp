// The walk over a tree of Python objects: which are found, and under which names.
//
// First comes the walk of the Python original, whose names existing caches bear; then everything else that
// can be reached. Neither evaluates anything: instance dictionaries, slots and class attributes are read as
// they are, no descriptor, no __getattr__ and no __dir__ is called.
#pragma once

#include <nanobind/nanobind.h>

#include <deque>
#include <vector>

#include "cache_on_disk/core/tree.hpp"
#include "core_cell.hpp"

namespace cache_on_disk::python {

/// Whether methods that have no cell yet get one.
enum class Cells { existing, make };

/// An object with cached methods, as a walk has found it.
struct FoundObject {
  nanobind::object object;
  const core::Name* outer;  ///< empty for the root
  Step step;
};

/// Everything below a root, found once; keeps what it found alive while the core works on it.
class PythonTree {
 public:
  PythonTree(nanobind::handle root, Cells cells) : root_(nanobind::borrow(root)), cells_(cells) {}
  ~PythonTree();
  PythonTree(const PythonTree&) = delete;
  PythonTree& operator=(const PythonTree&) = delete;

  /// The tree as the core takes it. Throws nb::python_error out of the walk.
  core::Tree tree();
  /// The objects with cached methods, in order, each once; to be called after the walk.
  const std::vector<FoundObject>& objects() const { return objects_; }

 private:
  void walk(core::Walker& walker);
  nanobind::object root_;
  Cells cells_;
  std::vector<FoundObject> objects_;
  std::deque<core::Name> names_;      // of what has parts; they stay where they are
  std::vector<CoreCell> core_cells_;  // the core may go back to those it was shown
  SiblingsCache siblings_;
};

}  // namespace cache_on_disk::python
