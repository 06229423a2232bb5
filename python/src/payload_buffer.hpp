// PayloadBuffer: the bytes of an entry, mapped or read, as a buffer that arrays lie on.
#pragma once

#include <Python.h>

#include "cache_on_disk/codec.hpp"

namespace cache_on_disk::python {

/// Makes the type. -1 and an exception on failure.
int ready_payload_buffer();

/// A new object over the bytes, which it keeps alive; nullptr and an exception on failure.
PyObject* make_payload_buffer(const Payload& payload);

/// The same on bytes that holders of the object may write.
PyObject* make_writable_buffer(const Payload& payload);

/// What a PayloadBuffer lies on; nullptr for any other object.
const Payload* payload_of(PyObject* object) noexcept;

}  // namespace cache_on_disk::python
