// The steps that names are made of, as text.
#pragma once

#include <nanobind/nanobind.h>

#include <optional>
#include <string>

namespace cache_on_disk::python {

/// UTF-8; lone surrogates as the bytes they would have there. Throws nanobind::python_error.
std::string utf8(nanobind::handle text);

/// ".name", of an exact str.
std::string member_text(PyObject* name);

/// "[3]", "['text']", "[Enum.MEMBER]", "[(1,'a')]"; none for keys that are not the same in every process.
std::optional<std::string> key_text(PyObject* key);

}  // namespace cache_on_disk::python
