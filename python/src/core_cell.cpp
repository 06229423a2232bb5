#include "core_cell.hpp"

#include "cached_function.hpp"

namespace cache_on_disk::python {
namespace {
StoredType anything() { return {}; }
}  // namespace

const core::CellKind& CoreCell::kind() const noexcept {
  static constexpr core::CellKind plain{typeid(PyObject*), &anything, false};
  static constexpr core::CellKind with_arguments{typeid(PyObject*), &anything, true};
  return cell_->by_arguments() ? with_arguments : plain;
}

void CoreCell::keep_context(const std::shared_ptr<const core::Context>& context) const {
  SiblingsRef& siblings = siblings_->of(*outer_);
  if (!siblings || siblings->context() != context || siblings->outer() != *outer_)
    siblings = SiblingsRef::make(context, *outer_);
  CellUse(*cell_).set_name(siblings, *step_);
}

std::shared_ptr<core::Binding> CoreCell::make_binding() const {
  auto binding = cell_->make_binding();
  if (binding) cell_->read_counters(binding->counters());
  return binding;
}

}  // namespace cache_on_disk::python
