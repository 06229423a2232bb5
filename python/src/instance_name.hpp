// How an object's name is kept: the name of the object that it is part of, shared with its siblings, and the last step in
// one word. It becomes text when a file is wanted.
//
// Guarded by the interpreter lock.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "binding/context.hpp"
#include "cache_on_disk/detail/walk/walker.hpp"

namespace cache_on_disk::python {

/// The last step of a name: ".member", "[3]", "['key']", or any text.
class Step {
 public:
  Step() noexcept = default;
  /// `name` and `key` are exact str.
  static Step member(PyObject* name) { return {name, kind_member}; }
  static Step key(PyObject* key) { return {key, kind_key}; }
  static Step index(Py_ssize_t index) noexcept;
  /// Throws std::bad_alloc.
  static Step verbatim(std::string_view text);
  Step(const Step& other) noexcept : bits_(other.bits_) { Py_XINCREF(object()); }
  Step(Step&& other) noexcept : bits_(std::exchange(other.bits_, 0)) {}
  Step& operator=(Step other) noexcept {
    std::swap(bits_, other.bits_);
    return *this;
  }
  ~Step() { Py_XDECREF(object()); }

  /// As it stands in a name. Throws nanobind::python_error.
  std::string text() const;

 private:
  static constexpr std::uintptr_t kind_member = 0, kind_key = 1, kind_verbatim = 2, kind_index = 3, kinds = 3;

  Step(PyObject* object, std::uintptr_t kind) noexcept : bits_(reinterpret_cast<std::uintptr_t>(object) | kind) {
    Py_INCREF(object);
  }
  PyObject* object() const noexcept {
    return (bits_ & kinds) == kind_index ? nullptr : reinterpret_cast<PyObject*>(bits_ & ~kinds);
  }

  std::uintptr_t bits_ = 0;  // an owned object, aligned by four at least, or a number; and which of them
};

/// The name that ends in this step. `outer`: nullptr for a root.
core::Name name_of(const core::Name& outer, const Step& step);

/// Shared by the parts of one object that were tagged together: their settings, and the name before the last step.
class Siblings {
 public:
  Siblings(std::shared_ptr<const core::Context> context, core::Name outer)
      : context_(std::move(context)), outer_(std::move(outer)) {}
  const std::shared_ptr<const core::Context>& context() const noexcept { return context_; }
  const core::Name& outer() const noexcept { return outer_; }

 private:
  friend class SiblingsRef;
  std::shared_ptr<const core::Context> context_;
  core::Name outer_;
  std::size_t shares_ = 1;
};

/// A share in Siblings, in one word.
class SiblingsRef {
 public:
  SiblingsRef() noexcept = default;
  static SiblingsRef make(std::shared_ptr<const core::Context> context, core::Name outer) {
    SiblingsRef made;
    made.siblings_ = new Siblings(std::move(context), std::move(outer));
    return made;
  }
  SiblingsRef(const SiblingsRef& other) noexcept : siblings_(other.siblings_) {
    if (siblings_ != nullptr) ++siblings_->shares_;
  }
  SiblingsRef(SiblingsRef&& other) noexcept : siblings_(std::exchange(other.siblings_, nullptr)) {}
  SiblingsRef& operator=(SiblingsRef other) noexcept {
    std::swap(siblings_, other.siblings_);
    return *this;
  }
  ~SiblingsRef() {
    if (siblings_ != nullptr && --siblings_->shares_ == 0) delete siblings_;
  }
  const Siblings* operator->() const noexcept { return siblings_; }
  const Siblings* get() const noexcept { return siblings_; }
  explicit operator bool() const noexcept { return siblings_ != nullptr; }

 private:
  Siblings* siblings_ = nullptr;
};

}  // namespace cache_on_disk::python
