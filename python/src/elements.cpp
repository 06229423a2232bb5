#include "elements.hpp"

#include <utility>
#include <vector>

#include "helpers.hpp"
#include "step_text.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

void each_in_sequence(nb::handle container, const TakeElement& take) {
  PyObject* const object = container.ptr();
  if (PyList_Check(object) || PyTuple_Check(object)) {
    const bool list = PyList_Check(object) != 0;
    // The size is asked each time: a list may change while the walk tells of trouble.
    for (Py_ssize_t i = 0; i < (list ? PyList_GET_SIZE(object) : PyTuple_GET_SIZE(object)); ++i)
      take(list ? PyList_GET_ITEM(object, i) : PyTuple_GET_ITEM(object, i), Step::index(i), nb::handle());
    return;
  }
  const nb::list copy(helpers().deque_items(container));
  for (std::size_t i = 0; i < copy.size(); ++i) take(copy[i], Step::index(static_cast<Py_ssize_t>(i)), nb::handle());
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

bool is_known_to_hold_plain_values(PyObject* dictionary) noexcept {
  return PyDict_CheckExact(dictionary) && PyObject_GC_IsTracked(dictionary) == 0 &&
         !may_be_unknown_to_collector.load(std::memory_order_relaxed);
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
        take(PyTuple_GET_ITEM(object, i), field_step(fields, i), nb::handle());
      return;
    }
    case Elements::mapping: {
      if (is_known_to_hold_plain_values(object)) return;
      // The dictionary itself, whatever a class derived from dict makes of its keys: PyDict_Copy would ask that.
      std::vector<std::pair<nb::object, nb::object>> items;
      PyObject *key = nullptr, *value = nullptr;
      Py_ssize_t place = 0;
      while (PyDict_Next(object, &place, &key, &value) != 0)
        if (!is_opaque(Py_TYPE(value)) || is_cached_function(value))
          items.emplace_back(nb::borrow(key), nb::borrow(value));
      for (const auto& [held_key, held_value] : items) take(held_value, key_step(held_key.ptr()), held_key);
      return;
    }
    case Elements::unordered: {
      const nb::list copy(helpers().set_items(container));
      for (nb::handle element : copy) take(element, std::nullopt, nb::handle());
      return;
    }
  }
}

}  // namespace cache_on_disk::python
