#include "values.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <unordered_map>

#include "cache_on_disk/npy/header.hpp"
#include "gil.hpp"
#include "helpers.hpp"
#include "payload_buffer.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

// In these the core hands payloads to a body without the interpreter lock; a step is what others wait for at
// most.
constexpr std::size_t body_step = std::size_t{16} << 20;

// Of the elements of an array; mapped ones are far larger.
constexpr std::size_t copied_up_to = 2048;

PyTypeObject* array_type() {
  static PyTypeObject* const type = reinterpret_cast<PyTypeObject*>(helper("ndarray").ptr());
  return type;
}

/// True if nobody else can reach the array's memory: it, and the array it is a view of, have one owner only. numpy
/// makes a view of a view one of the array that owns the memory; where more lies below, another object owns it.
bool is_exclusive(PyObject* array) {
  if (Py_REFCNT(array) != 1) return false;
  const nb::object base = nb::handle(array).attr("base");
  if (base.is_none()) return true;
  const bool is_views_alone = Py_REFCNT(base.ptr()) == 2;  // the other reference is ours
  return Py_TYPE(base.ptr()) == array_type() && is_views_alone && base.attr("base").is_none();
}

/// A message for an exception that is an Exception; any other is thrown on.
std::string refusal_of(nb::python_error& error) {
  if (!error.matches(PyExc_Exception)) throw std::move(error);
  std::string text = nb::cast<std::string>(nb::handle(error.type()).attr("__name__"));
  try {
    text += ": " + nb::cast<std::string>(nb::str(error.value()));
  } catch (nb::python_error&) {  // its __str__ fails; the type tells enough
  }
  return text;
}

/// dtypes by the text of their descr: reading that text costs more than all else of a small hit.
nb::object dtype_of(const npy::Dtype& dtype) {
  static auto& known = *new std::unordered_map<std::string, nb::object>;
  std::string text = dtype.text();
  const auto found = known.find(text);
  if (found != known.end()) return found->second;
  const auto descr = dtype.descr();
  nb::object made = helper("dtype_from_descr")(descr ? *descr : "'" + text + "'");
  if (known.size() > 1000) known.clear();
  return known.emplace(std::move(text), std::move(made)).first->second;
}

nb::object load_array(const npy::Header& header, const Payload& payload) {
  const auto data = payload.bytes.subspan(header.data_offset);
  // A small array need not keep the metadata of its file in memory, which are larger than itself.
  const bool copied = data.size() <= copied_up_to;
  const nb::object buffer =
      copied ? nb::object(nb::bytes(reinterpret_cast<const char*>(data.data()), data.size()))
             : nb::object(nb::steal(make_payload_buffer(payload)));
  if (!buffer.is_valid()) throw nb::python_error();
  nb::list shape;
  for (const std::size_t extent : header.shape) shape.append(extent);
  return helper("array_on")(nb::tuple(shape), dtype_of(header.dtype), buffer, copied ? 0 : header.data_offset,
                            nb::none(), header.fortran_order ? "F" : "C");
}

}  // namespace

bool is_array(PyObject* value) { return Py_TYPE(value) == array_type(); }

bool is_shown_as_it_is(PyObject* value) {
  return Py_TYPE(value) == array_type() || PyType_IsSubtype(Py_TYPE(value), array_type()) == 0;
}

Settled settle(nb::object value, nb::handle owner) {
  Settled settled;
  try {
    const bool is_array = Py_TYPE(value.ptr()) == array_type();
    const bool exclusive = is_array && is_exclusive(value.ptr());
    const nb::tuple parts = nb::cast<nb::tuple>(helper("settle")(value, exclusive, owner));
    settled.value = parts[0];
    settled.encoded = parts[1];
    settled.refusal = nb::cast<std::string>(parts[2]);
    settled.keep = nb::cast<bool>(parts[3]);
  } catch (nb::python_error& error) {
    settled.refusal = refusal_of(error);
    settled.value = std::move(value);
    settled.encoded = nb::none();
    settled.keep = false;
  }
  return settled;
}

Result<Encoding> encode_array(nb::handle array) {
  const nb::tuple description = nb::cast<nb::tuple>(helper("describe_array")(array));
  const nb::object contiguous = description[0];
  const auto dtype = npy::Dtype::parse(nb::cast<std::string>(description[1]));
  if (!dtype) return dtype.error();
  const bool fortran_order = nb::cast<bool>(description[2]);
  const nb::tuple extents = nb::cast<nb::tuple>(description[3]);
  npy::Header header{*dtype, fortran_order, {}, 0};
  std::vector<std::size_t> shape;
  for (nb::handle extent : extents) shape.push_back(nb::cast<std::size_t>(extent));
  auto head = npy::write_header(*dtype, fortran_order, shape);
  if (!head) return head.error();
  Encoding encoding;
  encoding.head = *std::move(head);
  encoding.body_size = nb::cast<std::uint64_t>(description[5]);
  encoding.type = {Format::npy, dtype->text(), static_cast<int>(shape.size())};
  const auto* const data = reinterpret_cast<const std::byte*>(nb::cast<std::uintptr_t>(description[4]));
  encoding.body = [data, size = static_cast<std::size_t>(encoding.body_size),
                   owner = shared_reference(contiguous.ptr())](Sink& sink) {
    for (std::size_t done = 0; done < size; done += body_step)
      if (!sink.write({data + done, std::min(body_step, size - done)})) return;
  };
  return encoding;
}

Result<Encoding> encode(const Settled& settled) {
  if (settled.encoded.is_none()) return Error{settled.refusal, 0};
  if (Py_TYPE(settled.encoded.ptr()) == array_type()) {
    try {
      auto encoding = encode_array(settled.encoded);
      if (encoding) return encoding;
      // What the core cannot describe numpy itself may: it writes the same format.
      const nb::bytes whole = nb::cast<nb::bytes>(helper("saved")(settled.encoded));
      const auto* const bytes = reinterpret_cast<const std::byte*>(whole.c_str());
      const auto header = npy::read_header({bytes, whole.size()});
      StoredType type{Format::npy, header ? header->dtype.text() : "unknown",
                      header ? static_cast<int>(header->shape.size()) : -1};
      return Encoding{{whole.c_str(), whole.size()}, 0, nullptr, std::move(type)};
    } catch (nb::python_error& error) {
      return Error{refusal_of(error), 0};
    }
  }
  const nb::bytes bytes = nb::cast<nb::bytes>(settled.encoded);
  const std::span<const std::byte> view(reinterpret_cast<const std::byte*>(bytes.c_str()), bytes.size());
  Encoding encoding;
  encoding.type = {Format::pickle, "", -1};
  if (npy::has_magic(view)) {
    const auto header = npy::read_header(view);
    encoding.type = {Format::npy, header ? header->dtype.text() : "|O",
                     header ? static_cast<int>(header->shape.size()) : -1};
  }
  encoding.body_size = bytes.size();
  encoding.body = [view, owner = shared_reference(bytes.ptr())](Sink& sink) { sink.write(view); };
  return encoding;
}

Result<nb::object> load_value(const Payload& payload, bool plain_data_only) {
  try {
    const bool is_npy = npy::has_magic(payload.bytes);
    if (is_npy) {
      const auto header = npy::read_header(payload.bytes);
      if (header && !header->dtype.has_object()) return load_array(*header, payload);
    }
    const nb::object buffer = nb::steal(make_payload_buffer(payload));
    if (!buffer.is_valid()) throw nb::python_error();
    if (!is_npy) return nb::object(helper("load_pickle")(buffer, plain_data_only));
    return nb::object(helper("load_npy")(buffer, plain_data_only));
  } catch (nb::python_error& error) {
    return Error{"it cannot be read here: " + refusal_of(error), 0};
  }
}

}  // namespace cache_on_disk::python
