// Python values and payloads: arrays by the core's .npy, all else by CPython's pickle.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

#include "cache_on_disk/codec.hpp"

namespace cache_on_disk::python {

/// A computed value as the cache keeps it: nobody else can change it, and it is of the kind that later calls
/// get.
struct Settled {
  nanobind::object value;  ///< to be kept and handed out
  nanobind::object
      encoded;  ///< the array to be stored, or the bytes of a pickle or .npy file; None: see `refusal`
  std::string refusal;  ///< why it cannot be stored
  bool keep = true;  ///< false: must not be kept in memory either (a generator, or it holds its own object)
};

/// Prepares what a function returned. `value` holds the only reference the caller has. Throws
/// nb::python_error only for what is no Exception (KeyboardInterrupt).
Settled settle(nanobind::object value, nanobind::handle owner);

/// The encoding of what settle() gives; it keeps the value alive.
Result<Encoding> encode(const Settled& settled);

/// The encoding of an array of plain elements, without a copy if it is contiguous.
Result<Encoding> encode_array(nanobind::handle array);

/// A value from a payload. Throws nb::python_error for what is no Exception.
Result<nanobind::object> load_value(const Payload& payload, bool plain_data_only);

/// Exactly a numpy.ndarray?
bool is_array(PyObject* value);
/// True if every call may get this very object: everything but subclasses of arrays, which have a changeable
/// part.
bool is_shown_as_it_is(PyObject* value);

}  // namespace cache_on_disk::python
