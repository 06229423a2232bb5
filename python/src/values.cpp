#include "values.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <unordered_map>

#include "cache_on_disk/detail/npy/header.hpp"
#include "files/memory.hpp"
#include "gil.hpp"
#include "helpers.hpp"
#include "kept.hpp"
#include "payload_buffer.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

// In these the core hands payloads to a body without the interpreter lock; a step is what others wait for at
// most.
constexpr std::size_t body_step = std::size_t{16} << 20;

// Of the elements of an array; mapped ones are far larger.
constexpr std::size_t copied_up_to = 2048;

/// False for memory of somebody who gave numpy its address alone, as libraries in C do.
bool owns_its_memory(nb::handle array) { return nb::cast<bool>(array.attr("flags").attr("owndata")); }

/// True if nobody else can reach the array's memory: it, and the array it is a view of, have one owner only. numpy
/// makes a view of a view one of the array that owns the memory; where more lies below, another object owns it.
bool is_exclusive(PyObject* array) {
  if (Py_REFCNT(array) != 1) return false;
  const nb::object base = nb::handle(array).attr("base");
  if (base.is_none()) return owns_its_memory(array);
  const bool is_views_alone = Py_REFCNT(base.ptr()) == 2;  // the other reference is ours
  return is_array(base.ptr()) && is_views_alone && base.attr("base").is_none() && owns_its_memory(base);
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
  nb::object made = helpers().dtype_from_descr(descr ? *descr : "'" + text + "'");
  if (known.size() > 1000) known.clear();
  return known.emplace(std::move(text), std::move(made)).first->second;
}

nb::object load_array(const npy::Header& header, const Payload& payload) {
  const auto data = payload.bytes.subspan(header.data_offset);
  // A small array need not keep the metadata of its file in memory, which are larger than itself.
  const bool copied = data.size() <= copied_up_to;
  const nb::object buffer = copied ? nb::object(nb::bytes(reinterpret_cast<const char*>(data.data()), data.size()))
                                   : make_payload_buffer(payload);
  nb::list shape;
  for (const std::size_t extent : header.shape) shape.append(extent);
  nb::object array = helpers().ndarray(nb::tuple(shape), dtype_of(header.dtype), buffer,
                                       copied ? 0 : header.data_offset, nb::none(), header.fortran_order ? "F" : "C");
  if (array.attr("dtype").attr("names").is_none()) return array;
  return helpers().kept_array(array);  // the names of its fields can be changed, and this dtype is others', too
}

/// `dtype`: told where the header cannot be read.
StoredType type_of_npy(std::span<const std::byte> file, const char* dtype) {
  const auto header = npy::read_header(file);
  return header ? StoredType{Format::npy, header->dtype.text(), static_cast<int>(header->shape.size())}
                : StoredType{Format::npy, dtype, -1};
}

}  // namespace

Settled unsettled(nb::object value, std::string refusal) {
  return {std::move(value), nb::none(), std::move(refusal), false};
}

Settled settle(nb::object value, nb::handle owner, bool writable) {
  try {
    const bool is_array = python::is_array(value.ptr());
    const bool exclusive = is_array && is_exclusive(value.ptr());
    const nb::tuple parts = nb::cast<nb::tuple>(helpers().settle(value, exclusive, owner, writable));
    return {parts[0], parts[1], nb::cast<std::string>(parts[2]), nb::cast<bool>(parts[3])};
  } catch (nb::python_error& error) {
    return unsettled(std::move(value), refusal_of(error));
  }
}

Result<Encoding> encode_array(nb::handle array) {
  const nb::tuple description = nb::cast<nb::tuple>(helpers().describe_array(array));
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

/// The bytes of a pickle, or of an .npy file of objects, in pieces.
static Encoding encode_pieces(const nb::list& pieces) {
  Encoding encoding;
  encoding.type = {Format::pickle, "", -1};
  std::vector<std::span<const std::byte>> views;
  for (nb::handle piece : pieces) {
    Py_buffer buffer;
    if (PyObject_GetBuffer(piece.ptr(), &buffer, PyBUF_SIMPLE) != 0) throw nb::python_error();
    views.emplace_back(static_cast<const std::byte*>(buffer.buf), static_cast<std::size_t>(buffer.len));
    PyBuffer_Release(&buffer);  // the list keeps it, and nobody changes either
    encoding.body_size += views.back().size();
  }
  if (!views.empty() && npy::has_magic(views.front())) {
    std::vector<std::byte> head(views.front().begin(), views.front().end());
    if (views.size() > 1) head.insert(head.end(), views[1].begin(), views[1].end());
    encoding.type = type_of_npy(head, "|O");
  }
  encoding.body = [views = std::move(views), owner = shared_reference(pieces.ptr())](Sink& sink) {
    for (const auto& view : views)
      for (std::size_t done = 0; done < view.size(); done += body_step)
        if (!sink.write(view.subspan(done, std::min(body_step, view.size() - done)))) return;
  };
  return encoding;
}

Result<Encoding> encode(const Settled& settled) {
  if (settled.encoded.is_none()) return Error{settled.refusal, 0};
  if (is_array(settled.encoded.ptr())) {
    try {
      auto encoding = encode_array(settled.encoded);
      if (encoding) return encoding;
      // What the core cannot describe numpy itself may: it writes the same format.
      const nb::bytes whole = nb::cast<nb::bytes>(helpers().saved(settled.encoded));
      const auto* const bytes = reinterpret_cast<const std::byte*>(whole.c_str());
      return Encoding{{whole.c_str(), whole.size()}, 0, nullptr, type_of_npy({bytes, whole.size()}, "unknown")};
    } catch (nb::python_error& error) {
      return Error{refusal_of(error), 0};
    }
  }
  return encode_pieces(nb::cast<nb::list>(settled.encoded));
}

Result<nb::object> load_value(const Payload& payload, bool plain_data_only, bool writable) {
  try {
    const bool is_npy = npy::has_magic(payload.bytes);
    if (is_npy) {
      const auto header = npy::read_header(payload.bytes);
      if (header && !header->dtype.has_object()) return load_array(*header, payload);
    }
    const nb::object buffer = make_payload_buffer(payload);
    if (!is_npy) return nb::object(helpers().load_pickle(buffer, plain_data_only, writable));
    return nb::object(helpers().load_npy(buffer, plain_data_only));
  } catch (nb::python_error& error) {
    return Error{"it cannot be read here: " + refusal_of(error), 0};
  }
}

/// A read-only buffer of `size` bytes from `address` on, which `owner` holds and nobody finds by way of it.
static nb::object buffer_on(nb::handle owner, std::uintptr_t address, std::size_t size) {
  return make_payload_buffer({{reinterpret_cast<const std::byte*>(address), size}, shared_reference(owner.ptr())});
}

static std::uintptr_t buffer_address(nb::handle buffer) {
  const Payload* const payload = payload_of(buffer.ptr());
  if (payload == nullptr) throw nb::type_error("cache_on_disk: this is not a buffer of the cache");
  return reinterpret_cast<std::uintptr_t>(payload->bytes.data());
}

nb::object private_array(nb::handle array) {
  const auto copy = [&] { return run_python([&] { return nb::object(array.attr("copy")("K")); }); };
  const nb::object base = array.attr("base");
  const Payload* const payload = payload_of(base.ptr());
  const system::MappedFile* const file = payload != nullptr ? system::mapped_from(payload->owner) : nullptr;
  if (file == nullptr || nb::cast<std::size_t>(array.attr("nbytes")) < smallest_mapped_privately) return copy();
  const auto mapped = system::map_privately(*file, payload->bytes.size());
  if (!mapped) return copy();
  const nb::object buffer = make_payload_buffer({mapped->view, mapped->owner}, true);
  const auto* const data =
      reinterpret_cast<const std::byte*>(nb::cast<std::uintptr_t>(array.attr("__array_interface__")["data"][0]));
  return helpers().ndarray(array.attr("shape"), array.attr("dtype"), buffer, data - payload->bytes.data(),
                           array.attr("strides"));
}

void add_arrays(nb::module_& module) {
  module.def("buffer_on", &buffer_on, nb::arg("owner"), nb::arg("address"), nb::arg("size"));
  module.def("buffer_address", &buffer_address, nb::arg("buffer"));
  module.def("private_array", &private_array, nb::call_guard<GilKept>(), nb::arg("array"));
}

}  // namespace cache_on_disk::python
