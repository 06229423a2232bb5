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

/// Values in an instance's dictionary under the name of a property or cached_property of its class.
enum class Hidden { left_out, last };

/// The attributes that a walk may follow, in alphabetical order: without names that begin with "__" and values that hold nothing.
std::vector<Attribute> attributes_of(PyObject* object, const ClassInfo& info, Hidden hidden);

}  // namespace cache_on_disk::python
