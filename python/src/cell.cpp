#include "cell.hpp"

#include <new>
#include <utility>

#include "kept.hpp"

namespace cache_on_disk::python {
namespace {

constexpr std::size_t most_noted = 1000;  // different arguments that a record keeps for all its cells

}  // namespace

PyCell& PyCell::make(MethodRecord& record, PyObject* object, bool is_writable) {
  void* const memory = PyObject_Malloc(sizeof(PyCell));
  if (memory == nullptr) throw std::bad_alloc();
  auto& cell = *new (memory) PyCell(&record, object);
  if (is_writable) cell.flags_ |= writable;
  return cell;
}

void PyCell::destroy() noexcept {
  forget();
  drop_record();
  if ((flags_ & holds_extra) != 0) delete extra_;
  PyObject_Free(this);
}

void PyCell::drop_record() noexcept {
  if (record != nullptr) drop_later(python::release(*std::exchange(record, nullptr)));
}

CellExtra& PyCell::extra() {
  if ((flags_ & holds_extra) != 0) return *extra_;
  auto* const made = new CellExtra;
  if ((flags_ & holds_guard) != 0) made->guard = guard_;
  extra_ = made;
  flags_ = static_cast<std::uint8_t>((flags_ & ~holds_guard) | holds_extra);
  return *made;
}

bool PyCell::by_arguments() const noexcept { return record != nullptr && record->method->by_arguments; }

void PyCell::forget() noexcept {
  drop_later(std::exchange(hot_value_, nullptr));
  noted_ = 0;
  flags_ = static_cast<std::uint8_t>(flags_ & ~refresh);
  if ((flags_ & holds_guard) != 0) {
    drop_later(guard_->dismiss());
    extra_ = nullptr;
    flags_ = static_cast<std::uint8_t>(flags_ & ~holds_guard);
  }
  if ((flags_ & holds_extra) == 0) return;
  drop_later(std::exchange(extra_->value, nullptr));
  if (extra_->guard != nullptr) drop_later(std::exchange(extra_->guard, nullptr)->dismiss());
  if (extra_->by_arguments)
    for (auto& [arguments, value] : extra_->by_arguments->values) drop_later(value);
  extra_->by_arguments.reset();
  extra_->noted_arguments.clear();
}

void PyCell::expect_refresh() {
  forget();
  if (!by_arguments()) {
    flags_ |= refresh;
    return;
  }
  extra().by_arguments = std::make_unique<ArgumentBuffer>();
  extra_->by_arguments->refreshing = true;
}

PyObject* PyCell::buffered(const std::string& arguments) const {
  if (hot_value_ != nullptr) return hot_value_;
  if (const ArrayGuard* const guarded = guard()) return guarded->array();
  if ((flags_ & holds_extra) == 0) return nullptr;
  if (!by_arguments()) return extra_->value;
  if (!extra_->by_arguments) return nullptr;
  const auto found = extra_->by_arguments->values.find(arguments);
  return found == extra_->by_arguments->values.end() ? nullptr : found->second;
}

void PyCell::buffer(const std::string& arguments, PyObject* value) {
  if (by_arguments()) {
    auto& buffer = extra().by_arguments;
    if (!buffer) buffer = std::make_unique<ArgumentBuffer>();
    if (buffer->refreshing) buffer->refreshed.insert(arguments);
    drop_later(std::exchange(buffer->values[arguments], guarded(value)));
    return;
  }
  Py_INCREF(value);  // before the one in memory is dropped, which may be the same
  forget();
  const bool hot = !is_writable() && record != nullptr && !record->is_async && !is_kept(value);
  if (hot && !is_array(value)) {
    hot_value_ = value;
    return;
  }
  ArrayGuard* const guard = hot ? ArrayGuard::make(value) : nullptr;
  if (hot && guard == nullptr) PyErr_Clear();
  if (guard == nullptr) {
    extra().value = guarded(value);
    Py_DECREF(value);
  } else if ((flags_ & holds_extra) != 0)
    extra_->guard = guard;
  else {
    guard_ = guard;
    flags_ |= holds_guard;
  }
}

/// A value for a place where no ArrayGuard is; a new reference.
PyObject* PyCell::guarded(PyObject* value) const {
  if (is_writable() || !is_array(value)) {
    Py_INCREF(value);
    return value;
  }
  return keep_array(value).release().ptr();
}

bool PyCell::wants_refresh(const std::string& arguments) const {
  if (!by_arguments()) return (flags_ & refresh) != 0;
  const ArgumentBuffer* const buffer = (flags_ & holds_extra) != 0 ? extra_->by_arguments.get() : nullptr;
  return buffer != nullptr && buffer->refreshing && !buffer->refreshed.contains(arguments);
}

void PyCell::set_writable(bool is) {
  forget();
  flags_ = static_cast<std::uint8_t>(is ? flags_ | writable : flags_ & ~writable);
}

const std::string& PyCell::noted_arguments() const {
  static const std::string unknown;
  if (noted_ != 0 && record != nullptr) return record->noted_arguments[noted_ - 1];
  return (flags_ & holds_extra) != 0 ? extra_->noted_arguments : unknown;
}

// Most calls have the same arguments, none or the defaults.
void PyCell::note_arguments(std::string noted) {
  noted_ = 0;
  if ((flags_ & holds_extra) != 0) extra_->noted_arguments.clear();
  if (noted.empty() || record == nullptr) return;
  auto& known = record->noted_arguments;
  std::size_t place = 0;
  while (place < known.size() && known[place] != noted) place = place < 8 ? place + 1 : known.size();
  if (place >= known.size() && known.size() >= most_noted) {
    extra().noted_arguments = std::move(noted);
    return;
  }
  if (place >= known.size()) {
    place = known.size();
    known.push_back(std::move(noted));
  }
  noted_ = static_cast<std::uint16_t>(place + 1);
}

int PyCell::visit_values(visitproc visit, void* arg) const {
  Py_VISIT(hot_value_);
  // Not its weak reference: to the collector somebody outside holds that, so that it calls us even where object, function and
  // all go together. Otherwise the object could come back to life, in __del__, and die later without our hearing of it.
  if (keeps_object()) Py_VISIT(object);
  if (const ArrayGuard* const guarded = guard()) Py_VISIT(guarded->array());
  if ((flags_ & holds_extra) == 0) return 0;
  Py_VISIT(extra_->value);
  if (extra_->by_arguments)
    for (const auto& [arguments, value] : extra_->by_arguments->values) Py_VISIT(value);
  return 0;
}

void PyCell::drop(const std::string& arguments) noexcept {
  if (!by_arguments()) return forget();
  if ((flags_ & holds_extra) == 0 || !extra_->by_arguments) return;
  auto& values = extra_->by_arguments->values;
  if (const auto found = values.find(arguments); found != values.end()) {
    drop_later(found->second);
    values.erase(found);
  }
}

// What a cell is bound to, and what has been counted of it.

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
