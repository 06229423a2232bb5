// Python values and payloads: arrays by the core's .npy, all else by CPython's pickle.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <string>

#include "array_guard.hpp"
#include "cache_on_disk/codec.hpp"

namespace cache_on_disk::python {

/// A computed value as the cache keeps it: no other code can change it, and it is of the kind that later calls
/// get.
struct Settled {
  nanobind::object value;  ///< to be kept and handed out: an array, a Kept (kept.hpp), or any other object as it is
  nanobind::object
      encoded;  ///< the array to be stored, or a list of the bytes of a pickle or .npy file; None: see `refusal`
  std::string refusal;  ///< why it cannot be stored
  bool keep = true;     ///< false: must not be kept in memory either (an iterator, or it holds its own object)
};

/// Prepares what a function returned. `value` holds the only reference the caller has. Throws
/// nb::python_error only for what is not an Exception (KeyboardInterrupt).
Settled settle(nanobind::object value, nanobind::handle owner, bool writable);

/// A value that is neither stored nor kept, and why.
Settled unsettled(nanobind::object value, std::string refusal);

/// The encoding of what settle() gives; it keeps the value alive.
Result<Encoding> encode(const Settled& settled);

/// The encoding of an array of plain elements, without a copy if it is contiguous.
Result<Encoding> encode_array(nanobind::handle array);

/// A value from a payload. Throws nb::python_error for what is not an Exception.
Result<nanobind::object> load_value(const Payload& payload, bool plain_data_only, bool writable);

/// A copy of fewer bytes costs less than a mapping, whose pages are brought in one by one (benchmarks/python/values.py).
inline constexpr std::size_t smallest_mapped_privately = std::size_t{1} << 20;

/// A plain array that its caller may change: on a private mapping of the file that the array lies on, or a copy.
nanobind::object private_array(nanobind::handle array);

/// Adds to the module what the package's Python half needs of buffers and arrays.
void add_arrays(nanobind::module_& module);

}  // namespace cache_on_disk::python
