#include "parameters.hpp"

#include <algorithm>
#include <utility>

#include "step_text.hpp"

namespace nb = nanobind;

namespace cache_on_disk::python {
namespace {

bool is_same_text(PyObject* one, PyObject* other) { return one == other || PyUnicode_Compare(one, other) == 0; }

/// Borrowed; nullptr if there is none of this name.
PyObject* keyword_value(const CallArguments& arguments, PyObject* name) {
  for (std::size_t i = 0; i < arguments.keywords(); ++i)
    if (is_same_text(arguments.keyword(i), name)) return arguments.keyword_value(i);
  return nullptr;
}

struct Keyword {
  std::string name;  // UTF-8
  PyObject* value;
};

/// Puts the arguments of one call into the order that names an entry.
class OrderedArguments {
 public:
  OrderedArguments(const Parameters& parameters, PyObject* function, const CallArguments& arguments)
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
          i < parameters_.positional_only ? nullptr : keyword_value(arguments_, parameters_.names[i].ptr());
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
      PyObject* const name = parameters_.names[i].ptr();
      PyObject* value = keyword_value(arguments_, name);
      if (value == nullptr && defaults != nullptr) value = PyDict_GetItemWithError(defaults, name);
      if (value == nullptr) return false;
      keywords.push_back({utf8(name), value});
    }
    return true;
  }

  /// Keywords that are not parameters.
  bool rest() {
    for (std::size_t i = 0; i < arguments_.keywords(); ++i) {
      if (parameters_.has_keyword(arguments_.keyword(i))) continue;
      if (!parameters_.takes_more_keywords) return false;
      keywords.push_back({utf8(arguments_.keyword(i)), arguments_.keyword_value(i)});
    }
    return true;
  }

  bool as_written() {
    values.assign(arguments_.values, arguments_.values + arguments_.positional);
    for (std::size_t i = 0; i < arguments_.keywords(); ++i)
      keywords.push_back({utf8(arguments_.keyword(i)), arguments_.keyword_value(i)});
    return true;
  }

  const Parameters& parameters_;
  PyObject* function_;
  const CallArguments& arguments_;
};

}  // namespace

bool Parameters::has_keyword(PyObject* keyword) const {
  const auto named = names.begin() + static_cast<std::ptrdiff_t>(positional_only);
  return std::any_of(named, names.end(), [&](const nb::object& name) { return is_same_text(name.ptr(), keyword); });
}

void Parameters::learn(PyObject* function, std::size_t skipped) {
  if (PyFunction_Check(function) == 0) return;
  const nb::handle code(PyFunction_GetCode(function));
  const auto number = [&](const char* name) { return nb::cast<std::size_t>(nb::object(code.attr(name))); };
  const std::size_t count = number("co_argcount"), all_positional_only = number("co_posonlyargcount");
  const std::size_t all = count + number("co_kwonlyargcount");
  skipped = std::min(skipped, count);
  const nb::tuple variables = nb::cast<nb::tuple>(nb::object(code.attr("co_varnames")));
  for (std::size_t i = skipped; i < all; ++i) names.push_back(nb::object(variables[i]));
  positional = count - skipped;
  positional_only = std::max(all_positional_only, skipped) - skipped;
  takes_more_positional = (number("co_flags") & CO_VARARGS) != 0;
  takes_more_keywords = (number("co_flags") & CO_VARKEYWORDS) != 0;
  known = true;
}

NamedArguments name_arguments(const Parameters& parameters, PyObject* function, const CallArguments& arguments,
                              ArgumentKinds kinds) {
  NamedArguments named;
  OrderedArguments ordered(parameters, function, arguments);
  if (!ordered.run()) {
    named.state = NamedArguments::State::misfit;
    return named;
  }
  std::ranges::sort(ordered.keywords, {}, &Keyword::name);
  ArgumentList list;
  ArgumentRefusal refusal;
  bool good = true;
  for (PyObject* value : ordered.values) good = good && add_argument(list, value, kinds, refusal);
  for (const Keyword& keyword : ordered.keywords) {
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
  for (std::size_t i = 0; i < arguments.keywords() && !parameters.takes_more_keywords; ++i)
    if (!parameters.has_keyword(arguments.keyword(i))) return false;
  return true;
}

}  // namespace cache_on_disk::python
