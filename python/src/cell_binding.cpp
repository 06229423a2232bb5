// What a cell is bound to, and what has been counted of it.
#include "cell.hpp"
#include "instance_ref.hpp"

namespace cache_on_disk::python {

Era PyCell::era() const {
  if ((flags_ & holds_extra) != 0 && extra_->binding) return {{}, extra_->binding};
  return {reference != nullptr ? reference->siblings : SiblingsRef(), nullptr};
}

const core::Context* PyCell::context() const noexcept {
  if ((flags_ & holds_extra) != 0 && extra_->binding) return &extra_->binding->context();
  return reference != nullptr && reference->siblings ? reference->siblings->context().get() : nullptr;
}

std::shared_ptr<core::Binding> PyCell::make_binding() const {
  if ((flags_ & holds_extra) != 0 && extra_->binding) {
    const core::Binding& own = *extra_->binding;
    return std::make_shared<core::Binding>(own.shared_context(), own.instance(), own.method());
  }
  if (reference == nullptr || !reference->siblings || record == nullptr) return nullptr;
  return std::make_shared<core::Binding>(reference->siblings->context(),
                                         name_of(reference->siblings->outer(), reference->step), *record->method);
}

void PyCell::set_record(MethodRecord& changed) {
  if (record == &changed) return;
  ++changed.uses;
  drop_record();
  record = &changed;
  forget();
  if ((flags_ & holds_extra) != 0 && extra_->binding) {
    const core::Binding& own = *extra_->binding;
    extra_->binding = std::make_shared<core::Binding>(own.shared_context(), own.instance(), *changed.method);
  } else if (reference != nullptr && reference->siblings) {  // another era: calls under way keep nothing here
    reference->siblings = SiblingsRef::make(reference->siblings->context(), reference->siblings->outer());
  }
}

void PyCell::start_over() {
  forget();
  first_ = {};
  if ((flags_ & holds_extra) == 0) return;
  extra_->counters.reset();
  extra_->binding.reset();
}

void PyCell::set_binding(std::shared_ptr<core::Binding> binding) {
  start_over();
  extra().binding = std::move(binding);
}

void PyCell::set_name(const SiblingsRef& siblings, const Step& step) {
  if (reference == nullptr)  // nothing of the object's where its name could be
    return set_binding(
        std::make_shared<core::Binding>(siblings->context(), name_of(siblings->outer(), step), *record->method));
  start_over();
  if (reference->siblings.get() == siblings.get()) return;
  // The name is all cells' of the object, those of a class that it had before, too.
  for (PyCell* cell = reference->first; cell != nullptr; cell = cell->next_of_instance) cell->forget();
  reference->siblings = siblings;
  reference->step = step;
}

void PyCell::count(const core::Counters& counters) {
  const bool is_first = first_.is_empty() && ((flags_ & holds_extra) == 0 || !extra_->counters);
  if (is_first && first_.take(counters)) return;
  auto& sum = extra().counters;
  if (!sum) sum = std::make_unique<core::Counters>();
  first_.add_to(*sum);
  first_ = {};
  add(*sum, counters);
}

void PyCell::read_counters(core::Counters& counters) const {
  first_.add_to(counters);
  if ((flags_ & holds_extra) != 0 && extra_->counters) add(counters, *extra_->counters);
}

}  // namespace cache_on_disk::python
