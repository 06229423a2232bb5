#include "step_text.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <string_view>

#include "cache_on_disk/detail/walk/walker.hpp"
#include "format/names.hpp"
#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

constexpr int deepest_key = 100;         // tuples within tuples
constexpr std::size_t most_bits = 2100;  // Python may refuse to write integers of more than 640 digits
constexpr std::string_view of_enum = ".[](),";

std::optional<std::string> integer_text(nb::handle key) {
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(key.ptr(), &overflow);
  if (overflow == 0) return fmt::format_int(small).str();
  if (nb::cast<std::size_t>(key.attr("bit_length")()) > most_bits) return std::nullopt;
  return nb::cast<std::string>(nb::str(key));
}

std::optional<std::string> text_in_brackets(nb::handle key, int depth);

/// "Class.MEMBER"; "Class(3)" of flags put together, which newer Pythons only have a name for.
std::optional<std::string> enum_text(nb::handle key, int depth) {
  const nb::tuple parts = nb::cast<nb::tuple>(helpers().enum_key(key));
  const std::string class_name = entry::encode_text(utf8(parts[0]), of_enum);
  if (!parts[1].is_none()) return class_name + "." + entry::encode_text(utf8(parts[1]), of_enum);
  const auto value = text_in_brackets(parts[2], depth + 1);
  if (!value) return std::nullopt;
  return class_name + "(" + *value + ")";
}

std::optional<std::string> tuple_text(nb::handle key, int depth) {
  const Py_ssize_t size = PyTuple_GET_SIZE(key.ptr());
  std::string text = "(";
  for (Py_ssize_t i = 0; i < size; ++i) {
    const auto part = text_in_brackets(PyTuple_GET_ITEM(key.ptr(), i), depth + 1);
    if (!part) return std::nullopt;
    if (i > 0) text += ',';
    text += *part;
  }
  return text + (size == 1 ? ",)" : ")");
}

/// Keys go by value: classes derived from int, str and tuple, and NumPy's scalars, are the key that they equal.
std::optional<std::string> text_in_brackets(nb::handle key, int depth) {
  PyObject* const object = key.ptr();
  if (depth > deepest_key) return std::nullopt;
  if (object == Py_True) return "True";
  if (object == Py_False) return "False";
  if (PyLong_CheckExact(object)) return integer_text(key);
  if (PyUnicode_CheckExact(object)) return core::key_text(utf8(key));
  if (PyTuple_CheckExact(object)) return tuple_text(key, depth);
  if (PyFloat_CheckExact(object) || PyBytes_CheckExact(object) || object == Py_None) return std::nullopt;
  if (helpers().is_enum(key).is(Py_True)) return enum_text(key, depth);
  const nb::object plain = helpers().plain_key(key);
  if (plain.is_none()) return std::nullopt;
  return text_in_brackets(plain, depth + 1);
}

}  // namespace

std::string utf8(nb::handle text) {
  Py_ssize_t size = 0;
  const char* const plain = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (plain != nullptr) return {plain, static_cast<std::size_t>(size)};
  PyErr_Clear();
  const nb::object encoded = nb::steal(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "surrogatepass"));
  if (!encoded.is_valid()) throw nb::python_error();
  return {PyBytes_AS_STRING(encoded.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(encoded.ptr()))};
}

std::string member_text(PyObject* name) { return fmt::format(".{}", entry::encode_text(utf8(name), ".[]")); }

std::optional<std::string> key_text(PyObject* key) {
  const auto text = text_in_brackets(key, 0);
  if (!text) return std::nullopt;
  return fmt::format("[{}]", *text);
}

}  // namespace cache_on_disk::python
