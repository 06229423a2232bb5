// How the arguments of a call become what the core names an entry by: positional, keyword and default spelled
// alike.
#pragma once

#include <Python.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cache_on_disk/arguments.hpp"

namespace cache_on_disk::python {

/// The parameters of a function, without the object it is a method of.
struct Parameters {
  std::vector<PyObject*> names;  ///< owned: positional ones, then keyword-only ones
  std::size_t positional = 0;
  std::size_t positional_only = 0;
  bool takes_more_positional = false;  ///< *args
  bool takes_more_keywords = false;    ///< **kwargs
  bool known = false;  ///< false: not a plain function; arguments are taken as they are written

  Parameters() = default;
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;
  ~Parameters();
  /// Learns the parameters of a function after the first `skipped` ones.
  void learn(PyObject* function, std::size_t skipped);
};

/// The arguments of a vectorcall, without the object.
struct CallArguments {
  PyObject* const* values;
  std::size_t positional;
  PyObject* keyword_names;  ///< tuple or nullptr; their values come behind the positional ones
};

enum class ArgumentKinds {
  all,   ///< all that can name an entry
  plain  ///< None, bools, numbers, short str and bytes: what is cheap to compare
};

/// "(...)" as in an entry's name. None if the call does not fit the function (calling it says why); nullopt
/// with an exception set, a TypeError, if an argument is not of these kinds.
std::optional<std::string> arguments_text(const Parameters& parameters, PyObject* function,
                                          const CallArguments& arguments, ArgumentKinds kinds);

}  // namespace cache_on_disk::python
