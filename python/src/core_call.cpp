#include "core_call.hpp"

#include <typeinfo>
#include <utility>

#include "callers.hpp"
#include "gil.hpp"
#include "helpers.hpp"
#include "object_cells.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {

CoreCall::CoreCall(PyCell& cell, nb::handle owner, const std::string& arguments, std::string noted,
                   const Computation& computation)
    : cell_(cell),
      owner_(owner),
      era_(cell.era()),
      arguments_(arguments),
      noted_(std::move(noted)),
      computation_(computation),
      callers_(computation.callers.empty() ? callers_of_this_thread() : computation.callers),
      refresh_(computation.replace || cell.wants_refresh(arguments)) {}

bool CoreCall::recall() {
  const GilHeld held;
  if (cell_->era() != era_) return false;
  // With a refresh pending the buffer was emptied: what is there is new.
  PyObject* const buffered = cell_->buffered(arguments_);
  if (buffered == nullptr) return false;
  kept_ = nb::borrow(buffered);
  return true;
}

Result<void> CoreCall::load(const Payload& payload, bool plain_data_only) {
  const GilHeld held;
  try {
    auto value = load_value(payload, plain_data_only, cell_->is_writable());
    if (!value) return value.error();
    kept_ = *std::move(value);
    noted_ = stored_arguments_;
    return {};
  } catch (nb::python_error& error) {
    error_.emplace(std::move(error));
    return Error{"interrupted", 0};
  }
}

void CoreCall::compute() {
  const GilHeld held;
  if (error_) throw FunctionRaised();
  kept_ = nb::object();
  std::optional<ComputesOnThisThread> within;
  if (computation_.callers.empty()) within.emplace();
  PyObject* const value = run_python([this] {
    return PyObject_Vectorcall(computation_.callee, computation_.args, computation_.nargsf, computation_.kwnames);
  });
  if (value == nullptr) {
    error_.emplace();
    throw FunctionRaised();
  }
  raw_ = nb::steal(value);
}

Result<Encoding> CoreCall::encode() {
  const GilHeld held;
  const Settled& value = settled();
  if (const std::string objection = objection_to(value); !objection.empty()) return Error{objection, 0};
  return python::encode(value);
}

void CoreCall::keep() {
  const GilHeld held;
  if (raw_.is_valid()) {
    const bool keep = settled().keep;
    if (!keep) return;
  }
  if (cell_->era() != era_ || cell_->record == nullptr) return;
  cell_->buffer(arguments_, kept_.ptr());
  cell_->note_arguments(noted_);
}

core::SharedValue CoreCall::share() {
  const GilHeld held;
  if (raw_.is_valid() && !settled().keep) return {};
  return {shared_reference(kept_.ptr()), &typeid(PyObject*)};
}

bool CoreCall::adopt(const core::SharedValue& shared) {
  if (shared.type == nullptr || *shared.type != typeid(PyObject*)) return false;
  const GilHeld held;
  noted_.clear();
  kept_ = nb::borrow(static_cast<PyObject*>(const_cast<void*>(shared.value.get())));
  return true;
}

bool CoreCall::interrupted() {
  const GilHeld held;
  if (PyErr_CheckSignals() != 0) {
    error_.emplace();
    return true;
  }
  if (computation_.is_abandoned == nullptr) return false;
  PyObject* const answer = PyObject_CallNoArgs(computation_.is_abandoned);
  if (answer == nullptr) error_.emplace();
  const bool abandoned = answer != Py_False;
  Py_XDECREF(answer);
  return abandoned;
}

nb::object CoreCall::result(core::Source source) {
  if (error_) throw std::move(*error_);
  if (source == core::Source::interrupted) {
    PyErr_SetString(PyExc_InterruptedError, "cache_on_disk: the wait for the value was given up");
    throw nb::python_error();
  }
  return is_kept() ? kept_ : std::move(raw_);
}

nb::object CoreCall::hand_over() {
  if (!settled_ || !is_array(settled_->encoded.ptr()) || cell_->buffered(arguments_) != kept_.ptr()) return {};
  const nb::handle computed = settled_->encoded;
  if (nb::cast<std::size_t>(computed.attr("nbytes")) < smallest_mapped_privately ||
      !nb::cast<bool>(computed.attr("flags").attr("writeable")))
    return {};
  const std::string noted = cell_->noted_arguments();
  cell_->drop(arguments_);
  drop_now();
  const nb::object array = std::move(settled_->encoded);
  raw_ = nb::object();
  settled_->value = nb::object();
  const nb::object kept = std::exchange(kept_, nb::object());
  if (Py_REFCNT(kept.ptr()) == 1) return array;
  cell_->buffer(arguments_, kept.ptr());
  cell_->note_arguments(noted);
  kept_ = kept;
  return {};
}

Settled& CoreCall::settled() {
  if (!settled_) {
    try {
      settled_ = std::make_unique<Settled>(
          tagged_cell(raw_.ptr()) != nullptr
              ? unsettled(raw_, "it is an object with a tag, which a copy would not have, so it is handed out as it is")
              : settle(std::move(raw_), owner_, cell_->is_writable()));
    } catch (nb::python_error& error) {
      error_.emplace(std::move(error));
      settled_ = std::make_unique<Settled>(unsettled(nb::none(), {}));
    }
    raw_ = settled_->value;
    kept_ = settled_->value;
  }
  return *settled_;
}

std::string CoreCall::objection_to(const Settled& value) {
  if (!plain_data_only_ || value.encoded.is_none()) return {};
  try {
    return nb::cast<std::string>(helpers().objection(value.encoded));
  } catch (nb::python_error& error) {  // KeyboardInterrupt
    error_.emplace(std::move(error));
    return "interrupted";
  }
}

}  // namespace cache_on_disk::python
