#include "core_cell.hpp"

namespace cache_on_disk::python {
namespace {
StoredType anything() { return {}; }
}  // namespace

const core::CellKind& CoreCell::kind() const noexcept {
  static constexpr core::CellKind plain{typeid(PyObject*), &anything, false};
  static constexpr core::CellKind with_arguments{typeid(PyObject*), &anything, true};
  return cell_->by_arguments() ? with_arguments : plain;
}

void FoundCoreCell::keep(const std::shared_ptr<const core::Context>& context) const {
  SiblingsRef& siblings = siblings_->of(*outer_);
  if (!siblings || siblings->context() != context || siblings->outer() != *outer_)
    siblings = SiblingsRef::make(context, *outer_);
  drop_with(&PyCell::set_name, cell(), siblings, *step_);
}

const std::shared_ptr<core::Binding>& CoreCell::binding() const {
  if (!binding_ && (binding_ = cell_->make_binding())) cell_->read_counters(binding_->counters());
  return binding_;
}

}  // namespace cache_on_disk::python
