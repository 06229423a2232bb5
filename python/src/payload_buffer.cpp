#include "payload_buffer.hpp"

#include <new>

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

struct PayloadBuffer {
  PyObject_HEAD Payload payload;
  bool is_writable;
};

PyTypeObject* type = nullptr;

void dealloc(PyObject* object) {
  reinterpret_cast<PayloadBuffer*>(object)->payload.~Payload();
  PyTypeObject* const own_type = Py_TYPE(object);
  own_type->tp_free(object);
  Py_DECREF(own_type);
}

int get_buffer(PyObject* object, Py_buffer* view, int flags) {
  const auto* const buffer = reinterpret_cast<PayloadBuffer*>(object);
  const auto bytes = buffer->payload.bytes;
  return PyBuffer_FillInfo(view, object, const_cast<std::byte*>(bytes.data()), static_cast<Py_ssize_t>(bytes.size()),
                           buffer->is_writable ? 0 : 1, flags);
}

PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
                       {Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)},
                       {0, nullptr}};
PyType_Spec spec = {"cache_on_disk._core.PayloadBuffer", static_cast<int>(sizeof(PayloadBuffer)), 0, Py_TPFLAGS_DEFAULT,
                    slots};

}  // namespace

int ready_payload_buffer() {
  type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  return type != nullptr ? 0 : -1;
}

nb::object make_payload_buffer(const Payload& payload, bool is_writable) {
  nb::object object = nb::steal(type->tp_alloc(type, 0));
  if (!object.is_valid()) throw nb::python_error();
  auto* const buffer = reinterpret_cast<PayloadBuffer*>(object.ptr());
  new (&buffer->payload) Payload(payload);
  buffer->is_writable = is_writable;
  return object;
}

const Payload* payload_of(PyObject* object) noexcept {
  return Py_TYPE(object) == type ? &reinterpret_cast<PayloadBuffer*>(object)->payload : nullptr;
}

}  // namespace cache_on_disk::python
