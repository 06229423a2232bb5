// PayloadBuffer: the bytes of an entry, mapped or read, as a buffer that arrays lie on.
#pragma once

#include <nanobind/nanobind.h>

#include "cache_on_disk/codec.hpp"

namespace cache_on_disk::python {

/// Makes the type. -1 and an exception on failure.
int ready_payload_buffer();

/// A new object over the bytes, which it keeps alive, and which holders of the object may write if it is so said. Throws
/// nanobind::python_error.
nanobind::object make_payload_buffer(const Payload& payload, bool is_writable = false);

/// The payload below a PayloadBuffer; nullptr for any other object.
const Payload* payload_of(PyObject* object) noexcept;

}  // namespace cache_on_disk::python
