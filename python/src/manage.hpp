// The functions for object trees and single methods, as the package's Python half calls them.
#pragma once

#include <nanobind/nanobind.h>

#include <string>

#include "cache_on_disk/options.hpp"

namespace cache_on_disk::python {

/// "private", "group" or "plain"; the group is used for the second only.
Trust trust_named(const std::string& kind, const std::string& group);

/// Adds set_tag and its like, for trees.
void add_tree_functions(nanobind::module_& module);
/// Adds CellHandle, one cached method of one object.
void add_cell_handle(nanobind::module_& module);
/// Adds the switches of the process.
void add_options(nanobind::module_& module);

}  // namespace cache_on_disk::python
