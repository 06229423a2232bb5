// CoreCell: what the core knows as a cell, made for as long as it works on one, since a PyCell keeps less.
#pragma once

#include <array>

#include "cache_on_disk/detail/core/cell.hpp"
#include "python_call.hpp"

namespace cache_on_disk::python {

/// The Siblings that a walk has made last: the parts of an object mostly follow each other.
class SiblingsCache {
 public:
  SiblingsRef& of(const core::Name& outer) noexcept {
    return made_[(reinterpret_cast<std::uintptr_t>(outer.get()) >> 4) % made_.size()];
  }

 private:
  std::array<SiblingsRef, 61> made_;
};

class CoreCell final : public core::Cell {
 public:
  explicit CoreCell(PyCell& cell) : cell_(&cell) { cell.retain(); }
  /// As a walk finds it, under the name of its object.
  CoreCell(PyCell& cell, const core::Name& outer, const Step& step, SiblingsCache& siblings)
      : cell_(&cell), outer_(&outer), step_(&step), siblings_(&siblings) {
    cell.retain();
  }
  CoreCell(const CoreCell& other)
      : Cell(other), cell_(other.cell_), outer_(other.outer_), step_(other.step_), siblings_(other.siblings_) {
    cell_->retain();
  }
  CoreCell& operator=(const CoreCell&) = delete;
  ~CoreCell() { cell_->release(); }

  PyCell& cell() const noexcept { return *cell_; }
  /// Lets go of the binding that the core has asked for.
  void drop_binding() noexcept { binding_.reset(); }

  const core::CellKind& kind() const noexcept override;
  void forget() const noexcept override { CellUse(*cell_).forget(); }
  bool remembers(const std::string& arguments) const override { return cell_->buffered(arguments) != nullptr; }
  void expect_refresh() const override { CellUse(*cell_).expect_refresh(); }
  bool wants_refresh(const std::string& arguments) const override { return cell_->wants_refresh(arguments); }
  /// `value` is a PyObject*.
  void put(void* value, const std::string& arguments) const override {
    CellUse(*cell_).put(static_cast<PyObject*>(value), arguments);
  }
  const core::Context* context() const noexcept override { return cell_->context(); }
  bool is_compact() const noexcept override { return outer_ != nullptr; }
  void keep_context(const std::shared_ptr<const core::Context>& context) const override;

 protected:
  std::shared_ptr<core::Binding> make_binding() const override;

 private:
  PyCell* cell_;
  const core::Name* outer_ = nullptr;
  const Step* step_ = nullptr;
  SiblingsCache* siblings_ = nullptr;
};

}  // namespace cache_on_disk::python
