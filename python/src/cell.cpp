#include "cell.hpp"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "cached_function.hpp"
#include "gil.hpp"
#include "instance_ref.hpp"
#include "kept.hpp"
#include "python_call.hpp"
#include "values.hpp"
#include "wrappers.hpp"

namespace cache_on_disk::python {
namespace {

// Guarded by the interpreter lock; never destroyed, since cells may be forgotten while the process ends.
std::vector<PyObject*>& put_off() {
  static auto& leaked = *new std::vector<PyObject*>;
  return leaked;
}

std::vector<PyObject*>& to_clear() {
  static auto& leaked = *new std::vector<PyObject*>;
  return leaked;
}

/// An exception under way is none of its business.
void clear_lru_cache(PyObject* lru_cache) {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyObject* const answer = run_python([&] { return PyObject_CallMethod(lru_cache, "cache_clear", nullptr); });
  if (answer == nullptr) PyErr_WriteUnraisable(lru_cache);
  Py_XDECREF(answer);
  Py_DECREF(lru_cache);
  PyErr_Restore(type, value, traceback);
}

constexpr std::size_t most_noted = 1000;  // different arguments that a function keeps for all its cells

}  // namespace

void drop_later(PyObject* object) noexcept {
  if (object == nullptr) return;
  try {
    put_off().push_back(object);
  } catch (const std::bad_alloc&) {
    Py_DECREF(object);
  }
}

void clear_later(PyObject* lru_cache) noexcept {
  auto& waiting = to_clear();
  if (std::find(waiting.begin(), waiting.end(), lru_cache) != waiting.end()) return;
  try {
    waiting.push_back(lru_cache);
    Py_INCREF(lru_cache);
  } catch (const std::bad_alloc&) {
    Py_INCREF(lru_cache);
    clear_lru_cache(lru_cache);
  }
}

void drop_now() {
  while (!put_off().empty() || !to_clear().empty()) {
    const std::vector<PyObject*> caches = std::exchange(to_clear(), {});
    for (PyObject* const cache : caches) clear_lru_cache(cache);
    const std::vector<PyObject*> batch = std::exchange(put_off(), {});
    for (PyObject* object : batch) Py_DECREF(object);
  }
}

PyCell* PyCell::make(MethodRecord& record, PyObject* object) {
  void* const memory = PyObject_Malloc(sizeof(PyCell));
  if (memory == nullptr) {
    PyErr_NoMemory();
    return nullptr;
  }
  auto* const cell = new (memory) PyCell(&record, object);
  if (record.function->options->writable) cell->flags_ |= writable;
  return cell;
}

void PyCell::destroy() noexcept {
  forget();
  drop_record();
  if ((flags_ & holds_extra) != 0) delete extra_;
  PyObject_Free(this);
}

PyObject* release(MethodRecord& record) noexcept {
  if (--record.uses != 0) return nullptr;
  auto* const type = reinterpret_cast<PyObject*>(record.type);
  std::erase_if(record.function->options->records,
                [&](const std::unique_ptr<MethodRecord>& known) { return known.get() == &record; });
  return type;
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

bool PyCell::by_arguments() const noexcept {
  return record != nullptr && record->function->options->by_arguments;
}

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

void PyCell::forget_above() const {
  if (record == nullptr) return;
  for (PyObject* const name : record->kept_under) python::forget_above(*record->function, object, name);
}

void PyCell::expect_refresh() {
  forget();
  forget_above();
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
  const bool hot =
      !is_writable() && record != nullptr && !record->function->options->is_async && !is_kept(value);
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
  forget_above();
  flags_ = static_cast<std::uint8_t>(is ? flags_ | writable : flags_ & ~writable);
}

const std::string& PyCell::noted_arguments() const {
  static const std::string unknown;
  if (noted_ != 0 && record != nullptr) return record->function->options->noted_arguments[noted_ - 1];
  return (flags_ & holds_extra) != 0 ? extra_->noted_arguments : unknown;
}

// Most calls have the same arguments, none or the defaults.
void PyCell::note_arguments(std::string noted) {
  noted_ = 0;
  if ((flags_ & holds_extra) != 0) extra_->noted_arguments.clear();
  if (noted.empty() || record == nullptr) return;
  auto& known = record->function->options->noted_arguments;
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

void PyCell::put(PyObject* value, const std::string& arguments) {
  forget_above();
  drop(arguments);  // a value in memory would stay the answer
  put_value(*this, value, arguments);
}

}  // namespace cache_on_disk::python
