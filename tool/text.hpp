// Text that is safe and straight on a terminal: names on disk may hold anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "text/printable.hpp"

namespace cache_on_disk::tool {

using text::printable;

/// How many columns printable text takes.
std::size_t columns(std::string_view text);

/// The text cut to so many columns, its end marked by an ellipsis.
std::string fitted(std::string_view text, std::size_t width);

}  // namespace cache_on_disk::tool
