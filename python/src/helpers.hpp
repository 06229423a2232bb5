// The functions of the package's Python half that the module calls: what needs numpy, pickle or logging.
#pragma once

#include <nanobind/nanobind.h>
// Everywhere, or one source file would make std::string a class of its own, and the linker might take that
// for all.
#include <nanobind/stl/string.h>

namespace cache_on_disk::python {

/// A function of cache_on_disk/_helpers.py, by name. `name` is a literal.
nanobind::handle helper(const char* name);

}  // namespace cache_on_disk::python
