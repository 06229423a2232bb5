// CoreCall: one call of a Python function as the core sees it.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache_on_disk/detail/core/call.hpp"
#include "cell.hpp"
#include "values.hpp"

namespace cache_on_disk::python {

/// How a value is computed for a cell, and for which callers.
struct Computation {
  PyObject* callee;
  PyObject* const* args;
  std::size_t nargsf;
  PyObject* kwnames;
  std::vector<std::uintptr_t> callers{};  ///< core::Call::callers(); empty: the calling thread
  bool replace = false;                   ///< the stored value is not wanted
  PyObject* is_abandoned = nullptr;       ///< called while waiting: true ends the wait
};

/// Thrown through the core in place of the Python exception, which waits in the call.
struct FunctionRaised {};

/// The core runs without the interpreter lock, and the functions below take it. The call is made and destroyed, and its
/// result() is called, with the lock.
class CoreCall final : public core::Call {
 public:
  CoreCall(PyCell& cell, nanobind::handle owner, const std::string& arguments, std::string noted,
           const Computation& computation);

  bool recall() override;
  void learn_arguments(std::string_view noted) override { stored_arguments_ = noted; }
  Result<void> load(const Payload& payload, bool plain_data_only) override;
  void compute() override;
  Result<Encoding> encode() override;
  void keep() override;
  core::SharedValue share() override;
  bool adopt(const core::SharedValue& shared) override;
  std::string noted_arguments() const override { return noted_; }
  bool refresh() const override { return refresh_; }
  bool is_given() const override { return computation_.replace; }
  std::uintptr_t caller() const override { return callers_.front(); }
  std::vector<std::uintptr_t> callers() const override { return callers_; }
  bool interrupted() override;

  /// Only plain data are stored, because only these will be read.
  void store_plain_data_only() { plain_data_only_ = true; }
  /// The answer, once the core is done: as memory keeps it, or, if the cache had no part in it, as the function returned it.
  /// Throws nb::python_error.
  nanobind::object result(core::Source source);
  bool is_kept() const { return kept_.is_valid(); }
  /// A large array that was computed and stored, for a caller that may change it: the next call maps the file. Not valid if
  /// other code holds the array.
  nanobind::object hand_over();

 private:
  Settled& settled();
  std::string objection_to(const Settled& value);

  CellShare cell_;
  nanobind::handle owner_;
  Era era_;
  const std::string& arguments_;
  std::string noted_;
  std::string stored_arguments_;
  const Computation& computation_;
  std::vector<std::uintptr_t> callers_;
  bool refresh_;
  bool plain_data_only_ = false;
  nanobind::object raw_;   // what the function returned
  nanobind::object kept_;  // what the cache gives for it
  std::unique_ptr<Settled> settled_;
  std::optional<nanobind::python_error> error_;  // to be raised instead of an answer
};

}  // namespace cache_on_disk::python
