// What the core tells, as plain Python objects.
#pragma once

#include <nanobind/nanobind.h>

#include <vector>

#include "cache_on_disk/core/tree.hpp"
#include "cache_on_disk/statistics.hpp"
#include "walk.hpp"

namespace cache_on_disk::python {

/// (files deleted, texts on what was left alone).
nanobind::tuple report(const core::Cleared& cleared);
/// Keyword arguments of the classes in _reports.py.
nanobind::dict report(const Explanation& explanation);
nanobind::dict report(const MethodStatistics& statistics);
nanobind::dict report(const Statistics& statistics);
/// All of them as text.
nanobind::object joined_text(const std::vector<Explanation>& explanations);
nanobind::list report_objects(const std::vector<FoundObject>& objects);
/// Text that may hold bytes which are no UTF-8.
nanobind::object path_text(const std::string& path);

}  // namespace cache_on_disk::python
