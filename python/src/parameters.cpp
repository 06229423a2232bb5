#include "parameters.hpp"

#include <algorithm>
#include <utility>

#include "step_text.hpp"

namespace cache_on_disk::python {
namespace {

/// Borrowed; nullptr if there is none of this name.
PyObject* keyword_value(const CallArguments& arguments, PyObject* name) {
  const Py_ssize_t count = arguments.keyword_names != nullptr ? PyTuple_GET_SIZE(arguments.keyword_names) : 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const keyword = PyTuple_GET_ITEM(arguments.keyword_names, i);
    if (keyword == name || PyUnicode_Compare(keyword, name) == 0)
      return arguments.values[arguments.positional + static_cast<std::size_t>(i)];
  }
  return nullptr;
}

struct Keyword {
  std::string name;  // UTF-8
  PyObject* value;
};

/// Puts the arguments of one call into the order that names an entry.
class Binding {
 public:
  Binding(const Parameters& parameters, PyObject* function, const CallArguments& arguments)
      : parameters_(parameters), function_(function), arguments_(arguments) {}

  /// False if the call does not fit.
  bool run() { return parameters_.known ? positional() && keyword_only() && rest() : as_written(); }

  std::vector<PyObject*> values;  // borrowed
  std::vector<Keyword> keywords;

 private:
  bool positional() {
    PyObject* const defaults = PyFunction_GetDefaults(function_);
    const std::size_t default_count = defaults != nullptr ? static_cast<std::size_t>(PyTuple_GET_SIZE(defaults)) : 0;
    for (std::size_t i = 0; i < parameters_.positional; ++i) {
      PyObject* const by_name =
          i < parameters_.positional_only ? nullptr : keyword_value(arguments_, parameters_.names[i]);
      PyObject* value = i < arguments_.positional ? arguments_.values[i] : by_name;
      if (i < arguments_.positional && by_name != nullptr) return false;
      if (value == nullptr && parameters_.positional - i <= default_count)
        value = PyTuple_GET_ITEM(defaults, static_cast<Py_ssize_t>(default_count - (parameters_.positional - i)));
      if (value == nullptr) return false;
      values.push_back(value);
    }
    if (arguments_.positional > parameters_.positional) {
      if (!parameters_.takes_more_positional) return false;
      values.insert(values.end(), arguments_.values + parameters_.positional,
                    arguments_.values + arguments_.positional);
    }
    return true;
  }

  bool keyword_only() {
    PyObject* const defaults = PyFunction_GetKwDefaults(function_);
    for (std::size_t i = parameters_.positional; i < parameters_.names.size(); ++i) {
      PyObject* const name = parameters_.names[i];
      PyObject* value = keyword_value(arguments_, name);
      if (value == nullptr && defaults != nullptr) value = PyDict_GetItemWithError(defaults, name);
      if (value == nullptr) return false;
      keywords.push_back({utf8(name), value});
    }
    return true;
  }

  /// Keywords that are not parameters.
  bool rest() {
    const Py_ssize_t count = arguments_.keyword_names != nullptr ? PyTuple_GET_SIZE(arguments_.keyword_names) : 0;
    for (Py_ssize_t i = 0; i < count; ++i) {
      PyObject* const keyword = PyTuple_GET_ITEM(arguments_.keyword_names, i);
      if (parameters_.has_keyword(keyword)) continue;
      if (!parameters_.takes_more_keywords) return false;
      keywords.push_back({utf8(keyword), arguments_.values[arguments_.positional + static_cast<std::size_t>(i)]});
    }
    return true;
  }

  bool as_written() {
    values.assign(arguments_.values, arguments_.values + arguments_.positional);
    const Py_ssize_t count = arguments_.keyword_names != nullptr ? PyTuple_GET_SIZE(arguments_.keyword_names) : 0;
    for (Py_ssize_t i = 0; i < count; ++i)
      keywords.push_back({utf8(PyTuple_GET_ITEM(arguments_.keyword_names, i)),
                          arguments_.values[arguments_.positional + static_cast<std::size_t>(i)]});
    return true;
  }

  const Parameters& parameters_;
  PyObject* function_;
  const CallArguments& arguments_;
};

long number(PyObject* code, const char* name) {
  PyObject* const value = PyObject_GetAttrString(code, name);
  const long result = value != nullptr ? PyLong_AsLong(value) : 0;
  Py_XDECREF(value);
  return result;
}

}  // namespace

Parameters::~Parameters() {
  for (PyObject* name : names) Py_DECREF(name);
}

bool Parameters::has_keyword(PyObject* keyword) const {
  const auto named = names.begin() + static_cast<std::ptrdiff_t>(positional_only);
  return std::any_of(named, names.end(),
                     [&](PyObject* name) { return name == keyword || PyUnicode_Compare(name, keyword) == 0; });
}

void Parameters::learn(PyObject* function, std::size_t skipped) {
  if (PyFunction_Check(function) == 0) return;
  PyObject* const code = PyFunction_GetCode(function);
  PyObject* const variables = PyObject_GetAttrString(code, "co_varnames");
  if (variables == nullptr) {
    PyErr_Clear();
    return;
  }
  const auto count = static_cast<std::size_t>(number(code, "co_argcount"));
  const auto keyword_only = static_cast<std::size_t>(number(code, "co_kwonlyargcount"));
  const auto positional_only_count = static_cast<std::size_t>(number(code, "co_posonlyargcount"));
  const long flags = number(code, "co_flags");
  skipped = std::min(skipped, count);
  for (std::size_t i = skipped; i < count + keyword_only; ++i) {
    PyObject* const name = PyTuple_GET_ITEM(variables, static_cast<Py_ssize_t>(i));
    Py_INCREF(name);
    names.push_back(name);
  }
  Py_DECREF(variables);
  positional = count - skipped;
  positional_only = positional_only_count > skipped ? positional_only_count - skipped : 0;
  takes_more_positional = (flags & CO_VARARGS) != 0;
  takes_more_keywords = (flags & CO_VARKEYWORDS) != 0;
  known = true;
}

NamedArguments name_arguments(const Parameters& parameters, PyObject* function, const CallArguments& arguments,
                              ArgumentKinds kinds) {
  NamedArguments named;
  Binding binding(parameters, function, arguments);
  if (!binding.run()) {
    named.state = NamedArguments::State::misfit;
    return named;
  }
  std::ranges::sort(binding.keywords, {}, &Keyword::name);
  ArgumentList list;
  ArgumentRefusal refusal;
  bool good = true;
  for (PyObject* value : binding.values) good = good && add_argument(list, value, kinds, refusal);
  for (const Keyword& keyword : binding.keywords) {
    if (good) list.keyword(keyword.name);
    good = good && add_argument(list, keyword.value, kinds, refusal);
  }
  if (good)
    named.text = list.name();
  else
    named = {NamedArguments::State::refused, {}, std::make_unique<ArgumentRefusal>(std::move(refusal))};
  return named;
}

bool may_fit(const Parameters& parameters, const CallArguments& arguments) {
  if (!parameters.known) return true;
  if (arguments.positional > parameters.positional && !parameters.takes_more_positional) return false;
  const Py_ssize_t count = arguments.keyword_names != nullptr ? PyTuple_GET_SIZE(arguments.keyword_names) : 0;
  for (Py_ssize_t i = 0; i < count && !parameters.takes_more_keywords; ++i)
    if (!parameters.has_keyword(PyTuple_GET_ITEM(arguments.keyword_names, i))) return false;
  return true;
}

}  // namespace cache_on_disk::python
