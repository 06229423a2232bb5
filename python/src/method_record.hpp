// The data that all cells of one method share, for the objects of one class.
//
// Guarded by the interpreter lock.
#pragma once

#include <nanobind/nanobind.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "binding/binding.hpp"

namespace cache_on_disk::python {

struct CachedFunction;

/// A cached function as the objects of one class have it. Kept by the function for as long as it has users: cells, and walks
/// (RecordShare). Its class lives as long, so that no other one comes to have its address.
struct MethodRecord {
  MethodRecord(CachedFunction& cached, bool asynchronous, const core::Method& as, PyTypeObject* of_type)
      : function(&cached), method(&as), type(of_type), is_async(asynchronous) {}
  MethodRecord(const MethodRecord&) = delete;
  MethodRecord& operator=(const MethodRecord&) = delete;
  /// An attribute of the class under which decorators over the function keep its values.
  void note_kept_under(PyObject* name) {
    for (const nanobind::object& known : kept_under)
      if (PyUnicode_Compare(known.ptr(), name) == 0) return;
    kept_under.push_back(nanobind::borrow(name));
  }

  CachedFunction* function;
  const core::Method* method;
  PyTypeObject* type;  ///< owned
  std::uint32_t uses = 0;
  std::vector<nanobind::object> kept_under;  ///< exact str
  bool is_async;
  std::vector<std::string> noted_arguments;  ///< those that values in memory were computed with
};
/// Ends a use. Gives the class to let go of, if that was the last one; else nullptr.
PyObject* release(MethodRecord& record) noexcept;

/// A use of a record, and a reference to its function.
class RecordShare {
 public:
  explicit RecordShare(MethodRecord& record) noexcept : record_(&record) {
    ++record.uses;
    Py_INCREF(reinterpret_cast<PyObject*>(record.function));
  }
  RecordShare(RecordShare&& other) noexcept : record_(std::exchange(other.record_, nullptr)) {}
  RecordShare& operator=(RecordShare&& other) noexcept {
    std::swap(record_, other.record_);
    return *this;
  }
  ~RecordShare() {
    if (record_ == nullptr) return;
    auto* const function = reinterpret_cast<PyObject*>(record_->function);
    Py_XDECREF(release(*record_));
    Py_DECREF(function);
  }
  MethodRecord& operator*() const noexcept { return *record_; }
  MethodRecord* operator->() const noexcept { return record_; }

 private:
  MethodRecord* record_;
};

}  // namespace cache_on_disk::python
