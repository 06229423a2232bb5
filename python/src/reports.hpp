// The core's reports as Python objects.
#pragma once

#include <nanobind/nanobind.h>

#include <vector>

#include "cache_on_disk/detail/core/tree.hpp"
#include "cache_on_disk/statistics.hpp"
#include "walk.hpp"

namespace cache_on_disk::python {

// Objects of the classes of _reports.py, whose fields bear the names that the core's have.
nanobind::object report(const core::Cleared& cleared);
nanobind::object report(const Explanation& explanation);
nanobind::object report(const std::vector<Explanation>& explanations);
nanobind::object report(const MethodStatistics& statistics);
nanobind::object report(const Statistics& statistics);
nanobind::list report_objects(const std::vector<FoundObject>& objects);
/// Text that may hold bytes that are not UTF-8.
nanobind::object path_text(const std::string& path);

}  // namespace cache_on_disk::python
