// The walk over a tree of Python objects: which are found, and under which names.
//
// First comes the walk of the Python original, whose names existing caches have; then everything else that
// can be reached, if it leads to something cached (reach.hpp). Neither evaluates anything: instance
// dictionaries, slots and class attributes are read as they are, no descriptor, no __getattr__ and no __dir__ is called.
#pragma once

#include <nanobind/nanobind.h>

#include <deque>
#include <string>
#include <vector>

#include "cache_on_disk/detail/core/tree.hpp"
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

/// Objects that a walk could not give a name, or methods that no tag reaches.
struct Unreached {
  std::string name;  ///< "root.loops", "root.Analyzer.method"
  std::string reason, message;
  std::string place;  ///< it is reported once for each place
};

/// Whether a walk reports what it could not reach: a walk that gives tags does.
enum class Telling { silent, aloud };

/// Everything below a root, found once; keeps what it found alive while the core works on it.
class PythonTree {
 public:
  PythonTree(nanobind::handle root, Cells cells, Telling telling = Telling::silent)
      : root_(nanobind::borrow(root)), cells_(cells), telling_(telling) {}
  ~PythonTree();
  PythonTree(const PythonTree&) = delete;
  PythonTree& operator=(const PythonTree&) = delete;

  /// The tree as the core takes it. Throws nb::python_error out of the walk, and UncachedError where that is wanted.
  core::Tree tree();
  /// The objects with cached methods, in order, each once; call it after the walk.
  const std::vector<FoundObject>& objects() const { return objects_; }
  /// What no tag reaches; call it after the walk.
  const std::vector<Unreached>& unreached() const { return unreached_; }

 private:
  void walk(core::Walker& walker);
  nanobind::object root_;
  Cells cells_;
  Telling telling_;
  std::vector<FoundObject> objects_;
  std::vector<Unreached> unreached_;
  std::deque<core::Name> names_;           // of what has parts; they stay where they are
  std::vector<FoundCoreCell> core_cells_;  // the core may go back to those it was shown
  SiblingsCache siblings_;
};

}  // namespace cache_on_disk::python
