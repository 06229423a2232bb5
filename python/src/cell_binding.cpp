// What a cell is bound to, and what has been counted of it.
#include "cached_function.hpp"
#include "cell.hpp"
#include "instance_ref.hpp"

namespace cache_on_disk::python {
namespace {

constexpr std::uint64_t most_bytes = (std::uint64_t{1} << 48) - 1;

void add(core::Counters& sum, const core::Counters& more) {
  sum.computed += more.computed;
  sum.from_disk += more.from_disk;
  sum.shared += more.shared;
  sum.stored += more.stored;
  sum.not_stored += more.not_stored;
  sum.waited += more.waited;
  sum.from_memory += more.from_memory;
  sum.bytes_read += more.bytes_read;
  sum.bytes_written += more.bytes_written;
  core::Counters::add(sum.seconds_computing, more.seconds_computing);
  core::Counters::add(sum.seconds_saved, more.seconds_saved);
}

}  // namespace

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
                                         name_of(reference->siblings->outer(), reference->step),
                                         *record->method);
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

void PyCell::begin_anew() {
  forget();
  forget_above();
  first_bytes_ = 0;
  first_seconds_ = 0;
  first_events_ = 0;
  if ((flags_ & holds_extra) == 0) return;
  extra_->counters.reset();
  extra_->binding.reset();
}

void PyCell::set_binding(std::shared_ptr<core::Binding> binding) {
  begin_anew();
  extra().binding = std::move(binding);
}

void PyCell::set_name(const SiblingsRef& siblings, const Step& step) {
  if (reference == nullptr)  // nothing of the object's where its name could be
    return set_binding(std::make_shared<core::Binding>(siblings->context(), name_of(siblings->outer(), step),
                                                       *record->method));
  begin_anew();
  if (reference->siblings.get() == siblings.get()) return;
  // The name is all cells' of the object, those of a class that it had before, too.
  for (PyCell* cell = reference->first; cell != nullptr; cell = cell->next_of_instance) cell->forget();
  reference->siblings = siblings;
  reference->step = step;
}

void PyCell::count(const core::Counters& counters) {
  if (first_events_ == 0 && ((flags_ & holds_extra) == 0 || !extra_->counters) && fits_first(counters)) {
    first_events_ = static_cast<std::uint8_t>(
        (counters.computed != 0 ? computed : 0) | (counters.from_disk != 0 ? from_disk : 0) |
        (counters.shared != 0 ? shared : 0) | (counters.stored != 0 ? stored : 0) |
        (counters.not_stored != 0 ? not_stored : 0) | (counters.waited != 0 ? waited : 0));
    first_bytes_ = (counters.bytes_read + counters.bytes_written) & most_bytes;
    first_seconds_ = static_cast<float>(counters.seconds_computing + counters.seconds_saved);
    return;
  }
  auto& all = extra().counters;
  if (!all) all = std::make_unique<core::Counters>();
  read_first(*all);
  first_events_ = 0;
  add(*all, counters);
}

/// True if one call from disk, or one computation, tells it all.
bool PyCell::fits_first(const core::Counters& counters) const {
  if (counters.from_disk != 0) {
    if (counters.computed != 0 || counters.stored != 0 || counters.bytes_written != 0) return false;
  } else if (counters.bytes_read != 0 || counters.seconds_saved != 0) {
    return false;
  }
  return counters.computed <= 1 && counters.from_disk <= 1 && counters.shared <= 1 && counters.stored <= 1 &&
         counters.not_stored <= 1 && counters.waited <= 1 && counters.from_memory == 0 &&
         counters.bytes_read + counters.bytes_written <= most_bytes;
}

void PyCell::read_first(core::Counters& counters) const {
  const auto happened = [this](Event event) -> std::uint64_t { return (first_events_ & event) != 0 ? 1 : 0; };
  counters.computed += happened(computed);
  counters.from_disk += happened(from_disk);
  counters.shared += happened(shared);
  counters.stored += happened(stored);
  counters.not_stored += happened(not_stored);
  counters.waited += happened(waited);
  if (first_events_ == 0) return;
  const bool read = happened(from_disk) != 0;
  (read ? counters.bytes_read : counters.bytes_written) += first_bytes_;
  core::Counters::add(read ? counters.seconds_saved : counters.seconds_computing, double{first_seconds_});
}

void PyCell::read_counters(core::Counters& counters) const {
  read_first(counters);
  if ((flags_ & holds_extra) != 0 && extra_->counters) add(counters, *extra_->counters);
}

}  // namespace cache_on_disk::python
