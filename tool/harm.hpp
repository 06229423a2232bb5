// What of Python's names does something when it is called.
#pragma once

#include <string_view>

namespace cache_on_disk::tool {

/// Whether calling `module.name` runs programs or code, or reaches files, other processes, the network or the
/// interpreter. `name` may have dots: a method of a class. A name that is not known does no harm here: which is
/// no proof of the contrary.
bool does_harm(std::string_view module, std::string_view name);

/// Whether it calls what it is given: functools.reduce, map.
bool calls_its_arguments(std::string_view module, std::string_view name);

/// Whether it makes a function of code that it is given: types.FunctionType.
bool makes_code(std::string_view module, std::string_view name);

}  // namespace cache_on_disk::tool
