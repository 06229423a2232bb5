// repr() of Python strings.
#pragma once

#include <string>
#include <string_view>

namespace cache_on_disk::text {

/// repr() of a str, as Python 3.12 writes it. Bytes that are not UTF-8 are shown as \xHH.
std::string python_repr(std::string_view utf8);

}  // namespace cache_on_disk::text
