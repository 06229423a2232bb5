// The cell of one cached method of one Python object: the values in memory, and the counts of its calls.
//
// There may be a hundred thousand of them, so a cell is 64 bytes, and data that few of them need lie in a CellExtra. The
// name and tag are kept once for each object (InstanceRef); core_cell.hpp shows all this to the core as one of its
// cells. Everything here is guarded by the interpreter lock. A cell belongs to the table of its function
// (cached_function.hpp) and to its object (object_cells.hpp); calls under way keep a share, so that it may be untagged or die
// meanwhile.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "array_guard.hpp"
#include "binding/binding.hpp"
#include "cell_counters.hpp"
#include "drop_later.hpp"
#include "instance_name.hpp"
#include "method_record.hpp"

namespace cache_on_disk::python {

/// The values of a by-arguments cell in memory.
struct ArgumentBuffer {
  std::unordered_map<std::string, PyObject*> values;
  bool refreshing = false;  ///< entries not in `refreshed` are computed again
  std::set<std::string> refreshed;
};

/// Data that few cells need.
struct CellExtra {
  PyObject* value = nullptr;    ///< owned: a value that a call cannot return as it is
  ArrayGuard* guard = nullptr;  ///< owned
  std::unique_ptr<ArgumentBuffer> by_arguments;
  std::unique_ptr<core::Counters> counters;  ///< those that do not fit into a FirstCall
  std::shared_ptr<core::Binding> binding;    ///< of a cell that was bound by itself
  std::string noted_arguments;
};

/// Between two changes of a cell's tag or name.
struct Era {
  SiblingsRef siblings;
  std::shared_ptr<core::Binding> own;
  // Every change makes new ones; the shares here keep the old addresses from being used again.
  bool operator==(const Era& other) const noexcept {
    return siblings.get() == other.siblings.get() && own == other.own;
  }
};

struct InstanceRef;

class PyCell {
 public:
  /// Throws std::bad_alloc.
  static PyCell& make(MethodRecord& record, PyObject* object, bool is_writable);

  void forget() noexcept;
  void expect_refresh();

  /// The value in memory, borrowed; nullptr if there is none.
  PyObject* buffered(const std::string& arguments) const;
  void buffer(const std::string& arguments, PyObject* value);
  void drop(const std::string& arguments) noexcept;  ///< forgets the value for these arguments
  bool wants_refresh(const std::string& arguments) const;
  /// The arguments that the value in memory was computed with; empty if they are not known.
  const std::string& noted_arguments() const;
  void note_arguments(std::string noted);
  bool is_writable() const noexcept { return (flags_ & writable) != 0; }
  void set_writable(bool is);
  bool by_arguments() const noexcept;
  /// Visits the values and the object that the cell owns, for the garbage collector.
  int visit_values(visitproc visit, void* arg) const;
  void drop_record() noexcept;

  /// True if the object is of the class that it had when the cell was made for it. Read on every hit.
  bool is_of_its_class() const noexcept { return record->type == Py_TYPE(object); }
  /// The value a plain call returns as it is, borrowed; nullptr if a call has more to do than that. Read on every hit.
  PyObject* hot_value() const noexcept { return hot_value_; }
  /// The array a plain call returns as it is, likewise.
  PyObject* hot_array() const noexcept {
    const ArrayGuard* const guarded = guard();
    return guarded != nullptr && guarded->is_intact() ? guarded->array() : nullptr;
  }
  /// Of the array in memory; nullptr if there is none that calls share.
  ArrayGuard* guard() const noexcept {
    if ((flags_ & holds_guard) != 0) return guard_;
    return (flags_ & holds_extra) != 0 ? extra_->guard : nullptr;
  }

  Era era() const;
  const core::Context* context() const noexcept;
  bool is_tagged() const noexcept {
    const core::Context* const known = context();
    return known != nullptr && known->has_tag();
  }
  /// A new binding, without counts; nullptr if no walk has found the cell.
  std::shared_ptr<core::Binding> make_binding() const;
  /// Binds the cell by itself.
  void set_binding(std::shared_ptr<core::Binding> binding);
  /// For an object that is of another class now: forgets the values it had as one of the class before.
  void set_record(MethodRecord& changed);
  /// Takes the settings and the name that a walk gives.
  void set_name(const SiblingsRef& siblings, const Step& step);
  /// Takes over what a call has counted.
  void count(const core::Counters& counters);
  void read_counters(core::Counters& counters) const;

  void retain() noexcept { ++shares_; }
  void release() noexcept {
    if (--shares_ == 0) destroy();
  }
  CellExtra& extra();

  PyObject* const object;            ///< the cell is found by its address; owned if `keeps_object`
  MethodRecord* record;              ///< used; nullptr once the function is gone
  InstanceRef* reference = nullptr;  ///< owned: tells when the object dies, and has its name
  PyCell* next_of_instance = nullptr;
  bool keeps_object() const noexcept { return reference == nullptr; }  ///< it takes no weak references

 private:
  enum Flag : std::uint8_t { holds_guard = 1, holds_extra = 2, refresh = 4, writable = 8 };

  PyCell(MethodRecord* made_of, PyObject* made_for) : object(made_for), record(made_of) { ++record->uses; }
  ~PyCell() = default;
  void destroy() noexcept;
  void start_over();
  PyObject* guarded(PyObject* value) const;

  PyObject* hot_value_ = nullptr;  // owned
  union {
    CellExtra* extra_ = nullptr;  // owned; which: see flags_
    ArrayGuard* guard_;
  };
  [[no_unique_address]] FirstCall first_;  // the flags lie in its padding
  std::uint8_t flags_ = 0;
  std::uint16_t noted_ = 0;  // which of the record's noted arguments, from 1 on; 0: none, or in the extra
  std::uint16_t shares_ = 1;
};

static_assert(sizeof(void*) != 8 || sizeof(PyCell) == 64);

/// The one weak reference that tells all cells of an object when it dies, with the object's tag and name.
struct InstanceRef {
  PyWeakReference weak;
  PyCell* first;  ///< the object's cells
  // Empty until a walk has found the object:
  SiblingsRef siblings;
  Step step;
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

}  // namespace cache_on_disk::python
