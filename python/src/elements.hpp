// The elements of containers, and the steps by which they are named.
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <optional>

#include "class_info.hpp"
#include "instance_name.hpp"

namespace cache_on_disk::python {

/// True if the garbage collector knows that the values of a dictionary refer to nothing, which CPython keeps track of: then no
/// value need be looked at. (Objects that it does not track at all refer to nothing either, but may have cached methods.)
bool is_known_to_hold_plain_values(PyObject* dictionary) noexcept;

/// Takes an element and its step, or none if it has no stable name; and the key of a mapping, if it is one.
using TakeElement =
    std::function<void(nanobind::handle element, const std::optional<Step>& step, nanobind::handle key)>;

/// Goes through the elements of a container without running code of its class.
void for_each_element(nanobind::handle container, Elements elements, const TakeElement& take);

}  // namespace cache_on_disk::python
