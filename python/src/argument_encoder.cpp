#include "argument_encoder.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <utility>
#include <vector>

#include "helpers.hpp"
#include "step_text.hpp"
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
  list.text(utf8(value));
  return true;
}

/// Adds the arguments of one call, one by one, and what they are made of.
class Encoder {
 public:
  Encoder(ArgumentKinds kinds, ArgumentRefusal& refusal)
      : plain_only_(kinds == ArgumentKinds::plain), refusal_(refusal) {}

  bool add(ArgumentList& list, PyObject* value) {
    if (value == Py_None) return list.none(), true;
    if (PyBool_Check(value)) return list.boolean(value == Py_True), true;
    if (PyLong_CheckExact(value)) return add_integer(list, value);
    if (PyFloat_CheckExact(value)) return list.real(PyFloat_AS_DOUBLE(value)), true;
    if (PyComplex_CheckExact(value)) {
      const Py_complex number = PyComplex_AsCComplex(value);
      return list.complex({number.real, number.imag}), true;
    }
    if (PyUnicode_CheckExact(value))
      return (!plain_only_ || PyUnicode_GET_LENGTH(value) <= longest_compared) && add_text(list, value);
    if (PyBytes_CheckExact(value)) {
      if (plain_only_ && PyBytes_GET_SIZE(value) > longest_compared) return false;
      return list.bytes({PyBytes_AS_STRING(value), static_cast<std::size_t>(PyBytes_GET_SIZE(value))}), true;
    }
    return !plain_only_ && add_parts(list, value);
  }

 private:
  bool add_parts(ArgumentList& list, PyObject* value) try {
    if (PyTuple_CheckExact(value)) {
      if (!list.begin_tuple()) return refuse_depth(list, value);
      for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(value); ++i)
        if (!add(list, PyTuple_GET_ITEM(value, i))) return false;
      list.end_tuple();
      return true;
    }
    if (PyList_CheckExact(value)) {
      if (!list.begin_list()) return refuse_depth(list, value);
      for (Py_ssize_t i = 0; i < PyList_GET_SIZE(value); ++i)
        if (!add(list, nb::borrow(PyList_GET_ITEM(value, i)).ptr())) return false;
      list.end_list();
      return true;
    }
    if (PyDict_CheckExact(value)) return add_dict(list, value);
    if (PySet_CheckExact(value)) return add_set(list, value);
    if (PyFrozenSet_CheckExact(value)) {
      if (!list.begin_object("builtins", "frozenset")) return refuse_depth(list, value);
      const bool added = add_set(list, value);
      list.end_object();
      return added;
    }
    return add_described(list, value);
  } catch (nb::python_error& error) {
    if (!error.matches(PyExc_Exception)) throw;
    const std::string type = nb::cast<std::string>(nb::handle(error.type()).attr("__name__"));
    std::string why;
    try {
      why = nb::cast<std::string>(nb::str(error.value()));
    } catch (const std::exception&) {  // its __str__ fails
    }
    return refuse(value, type == "CannotName" ? why : type + ": " + why);
  }

  /// An item of the list or tuple that is being read may be replaced meanwhile, by code of a class in it: it is held.
  bool add_dict(ArgumentList& list, PyObject* value) {
    if (!list.enter()) return refuse_depth(list, value);
    const nb::object copy = nb::steal(PyDict_Copy(value));
    if (!copy.is_valid()) throw nb::python_error();
    std::vector<ArgumentList> items;
    PyObject *key = nullptr, *mapped = nullptr;
    Py_ssize_t place = 0;
    while (PyDict_Next(copy.ptr(), &place, &key, &mapped) != 0) {
      ArgumentList& item = items.emplace_back(list.part());
      if (!add(item, key) || !add(item, mapped)) return false;
    }
    list.leave();
    list.dict(std::move(items));
    return true;
  }

  bool add_set(ArgumentList& list, PyObject* value) {
    if (!list.enter()) return refuse_depth(list, value);
    const nb::list copy(helpers().set_items(nb::handle(value)));
    std::vector<ArgumentList> elements;
    for (nb::handle element : copy)
      if (!add(elements.emplace_back(list.part()), element.ptr())) return false;
    list.leave();
    list.set(std::move(elements));
    return true;
  }

  bool add_described(ArgumentList& list, PyObject* value) {
    const nb::tuple parts = nb::cast<nb::tuple>(helpers().argument_parts(nb::handle(value)));
    const auto kind = nb::cast<std::string>(parts[0]);
    if (kind == "value") return add(list, nb::object(parts[1]).ptr());
    if (kind == "array") {
      list.array(encode_array(nb::object(parts[1])));
      return list.refusal().empty() || refuse(value, list.refusal());
    }
    const auto module = utf8(parts[1]), name = utf8(parts[2]);
    if (kind == "global") return list.global(module, name), true;
    if (!list.begin_object(module, name)) return refuse_depth(list, value);
    if (!add(list, nb::object(parts[3]).ptr())) return false;
    list.end_object();
    return true;
  }

  bool refuse_depth(const ArgumentList& list, PyObject* value) { return refuse(value, list.refusal()); }
  bool refuse(PyObject* value, const std::string& why) {
    refusal_.why = why;
    try {
      refusal_.type =
          nb::cast<std::string>(helpers().class_name(nb::handle(reinterpret_cast<PyObject*>(Py_TYPE(value)))));
    } catch (const std::exception&) {  // a class without a name of its own
      refusal_.type = Py_TYPE(value)->tp_name;
    }
    return false;
  }

  bool plain_only_;
  ArgumentRefusal& refusal_;
};

}  // namespace

bool add_argument(ArgumentList& list, PyObject* value, ArgumentKinds kinds, ArgumentRefusal& refusal) {
  return Encoder(kinds, refusal).add(list, value);
}

}  // namespace cache_on_disk::python
