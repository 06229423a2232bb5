// A PyCell as the core knows cells, made while the core works on it, because a PyCell keeps less.
#pragma once

#include <array>

#include "cache_on_disk/detail/core/cell.hpp"
#include "cache_on_disk/detail/walk/walker.hpp"
#include "python_call.hpp"

namespace cache_on_disk::python {

/// A cell as its management sees it.
class CoreCell : public core::Cell {
 public:
  explicit CoreCell(PyCell& cell) : cell_(cell) {}
  ~CoreCell() = default;

  PyCell& cell() const noexcept { return *cell_; }
  /// Lets go of the binding that the core has asked for.
  void drop_binding() noexcept { binding_.reset(); }

  const core::CellKind& kind() const noexcept override;
  void forget() const noexcept override { drop_with(&PyCell::forget, *cell_); }
  bool remembers(const std::string& arguments) const override { return cell_->buffered(arguments) != nullptr; }
  void expect_refresh() const override { drop_with(&PyCell::expect_refresh, *cell_); }
  bool wants_refresh(const std::string& arguments) const override { return cell_->wants_refresh(arguments); }
  /// `value` is a PyObject*.
  void put(void* value, const std::string& arguments) const override {
    python::put(*cell_, static_cast<PyObject*>(value), arguments);
  }
  /// Made when it is asked for.
  const std::shared_ptr<core::Binding>& binding() const override;
  const core::Context* context() const noexcept override { return cell_->context(); }

 private:
  CellShare cell_;
};

/// The Siblings that a walk has made last: the parts of an object mostly follow each other.
class SiblingsCache {
 public:
  SiblingsRef& of(const core::Name& outer) noexcept {
    return made_[(reinterpret_cast<std::uintptr_t>(outer.get()) >> 4) % made_.size()];
  }

 private:
  std::array<SiblingsRef, 61> made_;
};

/// A cell as a walk finds it, under the name of its object.
class FoundCoreCell final : public CoreCell, public core::TagKeeper {
 public:
  FoundCoreCell(PyCell& cell, const core::Name& outer, const Step& step, SiblingsCache& siblings)
      : CoreCell(cell), outer_(&outer), step_(&step), siblings_(&siblings) {}

  void keep(const std::shared_ptr<const core::Context>& context) const override;

 private:
  const core::Name* outer_;
  const Step* step_;
  SiblingsCache* siblings_;
};

}  // namespace cache_on_disk::python
