// The attributes of an object without evaluating any: what lies in its dictionary, its slots and its class.
#pragma once

#include <nanobind/nanobind.h>

#include <vector>

#include "class_info.hpp"

namespace cache_on_disk::python {

struct Attribute {
  nanobind::object name;
  nanobind::object value;
};

/// The attributes that a walk may follow, in alphabetical order: without names that begin with "__", those of
/// properties, and values that hold nothing.
std::vector<Attribute> attributes_of(PyObject* object, const ClassInfo& info);

}  // namespace cache_on_disk::python
