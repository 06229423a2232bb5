#include "cell.hpp"

#include <utility>
#include <vector>

#include "cached_function.hpp"
#include "instance_ref.hpp"
#include "python_call.hpp"
#include "values.hpp"

namespace cache_on_disk::python {
namespace {

// Guarded by the interpreter lock; never destroyed, since cells may be forgotten while the process ends.
std::vector<PyObject*>& put_off() {
  static auto& leaked = *new std::vector<PyObject*>;
  return leaked;
}

StoredType anything() { return {}; }

}  // namespace

void drop_later(PyObject* object) noexcept {
  if (object == nullptr) return;
  try {
    put_off().push_back(object);
  } catch (const std::bad_alloc&) {
    Py_DECREF(object);
  }
}

void drop_now() {
  while (!put_off().empty()) {
    std::vector<PyObject*> batch = std::exchange(put_off(), {});
    for (PyObject* object : batch) Py_DECREF(object);
  }
}

PyCell::PyCell(CachedFunction* owner)
    : Cell(core::CellOptions{.version = owner->options->version, .inherited = owner->options->inherit}),
      function(owner),
      writable(owner->options->writable) {}

PyCell::~PyCell() { forget(); }

const core::CellKind& PyCell::kind() const noexcept {
  static constexpr core::CellKind plain{typeid(PyObject*), &anything, false};
  static constexpr core::CellKind with_arguments{typeid(PyObject*), &anything, true};
  return function != nullptr && function->options->by_arguments ? with_arguments : plain;
}

void PyCell::forget() const noexcept {
  hot_value = nullptr;
  hot_array.reset();
  drop_later(std::exchange(value_, nullptr));
  if (by_arguments_)
    for (auto& [arguments, value] : by_arguments_->values) drop_later(value);
  by_arguments_.reset();
  noted_arguments.reset();
  refresh_ = false;
}

bool PyCell::remembers(const std::string& arguments) const { return buffered(arguments) != nullptr; }

void PyCell::expect_refresh() const {
  forget();
  if (!kind().by_arguments) {
    refresh_ = true;
    return;
  }
  by_arguments_ = std::make_unique<ArgumentBuffer>();
  by_arguments_->refreshing = true;
}

PyObject* PyCell::buffered(const std::string& arguments) const {
  if (!kind().by_arguments) return value_;
  if (!by_arguments_) return nullptr;
  const auto found = by_arguments_->values.find(arguments);
  return found == by_arguments_->values.end() ? nullptr : found->second;
}

void PyCell::buffer(const std::string& arguments, PyObject* value) const {
  Py_INCREF(value);
  if (!kind().by_arguments) {
    drop_later(std::exchange(value_, value));
    refresh_ = false;
    const bool hot =
        !writable && function != nullptr && !function->options->is_async && is_shown_as_it_is(value);
    hot_value = hot && !is_array(value) ? value : nullptr;
    hot_array.reset();
    if (hot && is_array(value)) hot_array = guard_array(value);
    return;
  }
  if (!by_arguments_) by_arguments_ = std::make_unique<ArgumentBuffer>();
  if (by_arguments_->refreshing) by_arguments_->refreshed.insert(arguments);
  drop_later(std::exchange(by_arguments_->values[arguments], value));
}

bool PyCell::wants_refresh(const std::string& arguments) const {
  if (!kind().by_arguments) return refresh_;
  return by_arguments_ && by_arguments_->refreshing && !by_arguments_->refreshed.contains(arguments);
}

int PyCell::visit_values(visitproc visit, void* arg) const {
  Py_VISIT(value_);
  Py_VISIT(strong);
  Py_VISIT(reinterpret_cast<PyObject*>(reference));
  if (by_arguments_)
    for (const auto& [arguments, value] : by_arguments_->values) Py_VISIT(value);
  return 0;
}

void PyCell::put(void* value, const std::string& arguments) const {
  auto* const object = static_cast<PyObject*>(value);
  if (by_arguments_) {
    if (const auto found = by_arguments_->values.find(arguments); found != by_arguments_->values.end()) {
      drop_later(found->second);
      by_arguments_->values.erase(found);
    }
  } else {
    forget();  // a value in memory would stay the answer
  }
  put_value(*this, object, arguments);
}

}  // namespace cache_on_disk::python
