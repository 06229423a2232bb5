// The cell of one cached method of one Python object: its tag and name (core::Cell) and the values in memory.
//
// Everything here is guarded by the interpreter lock. A cell belongs to the table of its function
// (cached_function.hpp) and to its object's InstanceRef; calls under way keep a share, so that it may be
// untagged or die meanwhile.
#pragma once

#include <Python.h>

#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "array_guard.hpp"
#include "cache_on_disk/core/cell.hpp"

namespace cache_on_disk::python {

struct CachedFunction;
struct InstanceRef;

/// What a cell with arguments keeps in memory.
struct ArgumentBuffer {
  std::unordered_map<std::string, PyObject*> values;
  bool refreshing = false;  ///< entries not in `refreshed` are computed anew
  std::set<std::string> refreshed;
};

class PyCell final : public core::Cell {
 public:
  explicit PyCell(CachedFunction* function);
  ~PyCell();

  const core::CellKind& kind() const noexcept override;
  void forget() const noexcept override;
  bool remembers(const std::string& arguments) const override;
  void expect_refresh() const override;
  /// `value` is a PyObject*.
  void put(void* value, const std::string& arguments) const override;

  /// The value in memory, borrowed; nullptr if there is none.
  PyObject* buffered(const std::string& arguments) const;
  void buffer(const std::string& arguments, PyObject* value) const;
  bool wants_refresh(const std::string& arguments) const override;
  /// Visits all values, for the garbage collector.
  int visit_values(visitproc visit, void* arg) const;

  void retain() const noexcept { ++shares_; }
  void release() const noexcept {
    if (--shares_ == 0) delete this;
  }

  /// The value a plain call returns as it is, borrowed; nullptr if a call has more to do than that. Read on
  /// every hit.
  mutable PyObject* hot_value = nullptr;
  /// The same for an array, as long as nobody has changed its shape.
  mutable std::unique_ptr<ArrayGuard> hot_array;
  CachedFunction* function;            ///< borrowed; nullptr once the function is gone
  InstanceRef* reference = nullptr;    ///< owned: how we hear that the object dies
  PyObject* strong = nullptr;          ///< owned: the object itself, if it takes no weak references
  PyCell* next_of_instance = nullptr;  ///< the object's other cells
  /// Each call gets a private copy.
  bool writable = false;
  /// The arguments the value in memory was computed with, if known.
  mutable std::unique_ptr<std::string> noted_arguments;

 private:
  mutable PyObject* value_ = nullptr;
  mutable std::unique_ptr<ArgumentBuffer> by_arguments_;
  mutable unsigned shares_ = 1;
  mutable bool refresh_ = false;
};

/// A share in a cell.
class CellShare {
 public:
  explicit CellShare(PyCell& cell) : cell_(&cell) { cell.retain(); }
  CellShare(const CellShare& other) : CellShare(*other.cell_) {}
  CellShare& operator=(const CellShare&) = delete;
  ~CellShare() { cell_->release(); }
  PyCell& operator*() const { return *cell_; }
  PyCell* operator->() const { return cell_; }

 private:
  PyCell* cell_;
};

/// Dropping a value may run any code, so what cells forget within an operation of the core is dropped behind
/// it.
void drop_later(PyObject* object) noexcept;
/// Drops what has been put off. To be called with no cell's state in between.
void drop_now();
/// Calls drop_now() at the end of a scope.
struct DropAtEnd {
  ~DropAtEnd() { drop_now(); }
};

}  // namespace cache_on_disk::python
