// How the arguments of a call become part of an entry's name: positional, keyword and default ones spelled
// alike.
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "argument_encoder.hpp"

namespace cache_on_disk::python {

/// The parameters of a function, without the object it is a method of.
struct Parameters {
  std::vector<nanobind::object> names;  ///< positional ones, then keyword-only ones
  std::size_t positional = 0;
  std::size_t positional_only = 0;
  bool takes_more_positional = false;  ///< *args
  bool takes_more_keywords = false;    ///< **kwargs
  bool known = false;                  ///< false: not a plain function; arguments are taken as they are written

  /// Learns the parameters of a function after the first `skipped` ones.
  void learn(PyObject* function, std::size_t skipped);
  /// True if there is a parameter that may be given under this name.
  bool has_keyword(PyObject* keyword) const;
};

/// The arguments of a vectorcall, without the object.
struct CallArguments {
  PyObject* const* values;
  std::size_t positional;
  PyObject* keyword_names;  ///< tuple or nullptr; their values come behind the positional ones

  std::size_t keywords() const noexcept {
    return keyword_names != nullptr ? static_cast<std::size_t>(PyTuple_GET_SIZE(keyword_names)) : 0;
  }
  PyObject* keyword(std::size_t i) const noexcept {
    return PyTuple_GET_ITEM(keyword_names, static_cast<Py_ssize_t>(i));
  }
  PyObject* keyword_value(std::size_t i) const noexcept { return values[positional + i]; }
};

/// The arguments of one call as they stand in a name.
struct NamedArguments {
  enum class State {
    named,
    misfit,  ///< the call does not fit the function: calling it says why
    refused  ///< an argument cannot name a value, or is not of the kinds asked for
  };
  State state = State::named;
  std::string text;  ///< "(...)" if they are named
  std::unique_ptr<ArgumentRefusal>
      refusal{};  ///< if they are refused; apart, because calls lie within calls on the stack
};

/// Names the arguments. Throws nanobind::python_error for what is not an Exception.
NamedArguments name_arguments(const Parameters& parameters, PyObject* function, const CallArguments& arguments,
                              ArgumentKinds kinds);

/// False if the function has no such parameters: too many arguments, or a keyword that it does not know.
bool may_fit(const Parameters& parameters, const CallArguments& arguments);

}  // namespace cache_on_disk::python
