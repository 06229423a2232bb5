#include "element_names.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <utility>
#include <vector>

#include "cache_on_disk/core/walker.hpp"
#include "entry/names.hpp"
#include "helpers.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

std::optional<std::string> text_in_brackets(nb::handle key) {
  PyObject* const object = key.ptr();
  if (object == Py_True) return "True";
  if (object == Py_False) return "False";
  if (PyLong_CheckExact(object)) return nb::cast<std::string>(nb::str(key));
  if (PyUnicode_CheckExact(object)) return core::key_text(utf8(key));
  if (PyTuple_CheckExact(object)) {
    std::string text = "(";
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); ++i) {
      const auto part = text_in_brackets(PyTuple_GET_ITEM(object, i));
      if (!part) return std::nullopt;
      if (i > 0) text += ',';
      text += *part;
    }
    return text + ")";
  }
  if (helper("is_enum")(key).is(Py_True))
    return entry::encode_text(utf8(nb::str(key.type().attr("__name__"))) + "." +
                              utf8(nb::str(key.attr("_name_"))));
  return std::nullopt;
}

/// True if the collector of garbage knows that nothing in a dictionary refers to anything, which CPython keeps track of: then
/// none of the values need be looked at. (Objects that it does not know at all refer to nothing either, but may have cached
/// methods.)
bool is_known_to_hold_plain_values(PyObject* dictionary) {
  return PyDict_CheckExact(dictionary) && PyObject_GC_IsTracked(dictionary) == 0 && !may_be_unknown_to_collector();
}

void each_in_sequence(nb::handle container, const TakeElement& take) {
  PyObject* const object = container.ptr();
  if (PyList_Check(object) || PyTuple_Check(object)) {
    const bool list = PyList_Check(object) != 0;
    // The size is asked anew each time: a list may change while the walk tells of trouble.
    for (Py_ssize_t i = 0; i < (list ? PyList_GET_SIZE(object) : PyTuple_GET_SIZE(object)); ++i)
      take(list ? PyList_GET_ITEM(object, i) : PyTuple_GET_ITEM(object, i), Step::index(i));
    return;
  }
  const nb::list copy(helper("deque_items")(container));
  for (std::size_t i = 0; i < copy.size(); ++i) take(copy[i], Step::index(static_cast<Py_ssize_t>(i)));
}

Step field_step(const nb::tuple& fields, Py_ssize_t i) {
  if (i >= static_cast<Py_ssize_t>(fields.size())) return Step::index(i);
  PyObject* const name = PyTuple_GET_ITEM(fields.ptr(), i);
  return PyUnicode_CheckExact(name) ? Step::member(name) : Step::index(i);
}

std::optional<Step> key_step(PyObject* key) {
  if (PyUnicode_CheckExact(key)) return Step::key(key);
  const auto text = key_text(key);
  if (!text) return std::nullopt;
  return Step::verbatim(*text);
}

}  // namespace

std::string utf8(nb::handle text) {
  const nb::object encoded = nb::steal(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "surrogatepass"));
  if (!encoded.is_valid()) throw nb::python_error();
  return {PyBytes_AS_STRING(encoded.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(encoded.ptr()))};
}

std::string member_text(PyObject* name) { return fmt::format(".{}", entry::encode_text(utf8(name))); }

std::optional<std::string> key_text(PyObject* key) {
  const auto text = text_in_brackets(key);
  if (!text) return std::nullopt;
  return fmt::format("[{}]", *text);
}

void for_each_element(nb::handle container, Elements elements, const TakeElement& take) {
  PyObject* const object = container.ptr();
  switch (elements) {
    case Elements::none:
      return;
    case Elements::sequence:
      return each_in_sequence(container, take);
    case Elements::named_tuple: {
      const nb::tuple fields = nb::borrow<nb::tuple>(fields_of(Py_TYPE(object)));
      for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); ++i)
        take(PyTuple_GET_ITEM(object, i), field_step(fields, i));
      return;
    }
    case Elements::mapping: {
      if (is_known_to_hold_plain_values(object)) return;
      // The dictionary itself, whatever a class derived from dict makes of its keys: PyDict_Copy would ask that.
      std::vector<std::pair<nb::object, nb::object>> items;
      PyObject *key = nullptr, *value = nullptr;
      Py_ssize_t place = 0;
      while (PyDict_Next(object, &place, &key, &value) != 0)
        if (!is_opaque(Py_TYPE(value)) || is_cached_function(value)) items.emplace_back(nb::borrow(key), nb::borrow(value));
      for (const auto& [held_key, held_value] : items) take(held_value, key_step(held_key.ptr()));
      return;
    }
    case Elements::unordered: {
      const nb::list copy(helper("set_items")(container));
      for (nb::handle element : copy) take(element, std::nullopt);
      return;
    }
  }
}

}  // namespace cache_on_disk::python
