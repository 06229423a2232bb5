#include "argument_encoder.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "helpers.hpp"
#include "values.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

constexpr Py_ssize_t longest_compared = 256;  // of text and bytes, where arguments are only compared

bool add_integer(ArgumentList& list, PyObject* value) {
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow == 0) {
    list.integer(small);
    return true;
  }
  const nb::object number = nb::steal(PyNumber_Long(value));
  const nb::int_ bits = nb::int_(nb::object(number.attr("bit_length")()));
  const auto size = nb::cast<std::size_t>(bits) / 8 + 1;
  const nb::bytes bytes(number.attr("to_bytes")(size, "little", nb::arg("signed") = true));
  // More than 4300 digits are refused as text by newer Pythons; the name is a hash then anyway.
  const std::string decimal = size <= 64 ? nb::cast<std::string>(nb::str(number)) : std::string(128, '9');
  list.big_integer({bytes.c_str(), bytes.size()}, decimal);
  return true;
}

bool add_text(ArgumentList& list, PyObject* value) {
  // A lone surrogate is no UTF-8; its bytes still tell two texts apart.
  const nb::object encoded = nb::steal(PyUnicode_AsEncodedString(value, "utf-8", "surrogatepass"));
  if (!encoded.is_valid()) throw nb::python_error();
  list.text({PyBytes_AS_STRING(encoded.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(encoded.ptr()))});
  return true;
}

bool add_enumerator(ArgumentList& list, PyObject* value) {
  if (PyLong_Check(value) != 0) return add_integer(list, value);
  const nb::handle member(value);
  list.enumerator(nb::cast<std::string>(member.type().attr("__qualname__")),
                  nb::cast<std::string>(nb::str(member.attr("name"))));
  return true;
}

bool refuse(PyObject* value) {
  PyErr_Format(PyExc_TypeError,
               "cache_on_disk: an argument of type %.200s cannot name a cached value; possible are None, "
               "bool, numbers, str, "
               "bytes, enums, tuples and arrays of numbers",
               Py_TYPE(value)->tp_name);
  return false;
}

bool add(ArgumentList& list, PyObject* value, ArgumentKinds kinds) {
  const bool plain_only = kinds == ArgumentKinds::plain;
  if (value == Py_None) return list.none(), true;
  if (PyBool_Check(value)) return list.boolean(value == Py_True), true;
  if (PyLong_CheckExact(value)) return add_integer(list, value);
  if (PyFloat_CheckExact(value)) return list.real(PyFloat_AS_DOUBLE(value)), true;
  if (PyComplex_CheckExact(value)) {
    const Py_complex number = PyComplex_AsCComplex(value);
    return list.complex({number.real, number.imag}), true;
  }
  if (PyUnicode_CheckExact(value))
    return (!plain_only || PyUnicode_GET_LENGTH(value) <= longest_compared) && add_text(list, value);
  if (PyBytes_CheckExact(value)) {
    if (plain_only && PyBytes_GET_SIZE(value) > longest_compared) return false;
    return list.bytes({PyBytes_AS_STRING(value), static_cast<std::size_t>(PyBytes_GET_SIZE(value))}), true;
  }
  if (plain_only) return false;
  if (PyTuple_Check(value)) {
    list.begin_tuple();
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(value); ++i)
      if (!add_argument(list, PyTuple_GET_ITEM(value, i), kinds)) return false;
    list.end_tuple();
    return true;
  }
  if (helper("is_enum")(nb::handle(value)).is(Py_True)) return add_enumerator(list, value);
  const nb::object as_python = helper("argument_value")(nb::handle(value));
  if (as_python.is_none()) return refuse(value);
  if (as_python.ptr() != value) return add(list, as_python.ptr(), kinds);
  list.array(encode_array(as_python));
  return true;
}

}  // namespace

bool add_argument(ArgumentList& list, PyObject* value, ArgumentKinds kinds) try {
  return add(list, value, kinds);
} catch (nb::python_error& error) {
  if (kinds == ArgumentKinds::all) error.restore();
  return false;
} catch (const std::exception& error) {
  if (kinds == ArgumentKinds::all) PyErr_SetString(PyExc_TypeError, error.what());
  return false;
}

}  // namespace cache_on_disk::python
