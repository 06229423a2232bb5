// A value as text for people: as Python's repr writes it, with the items of large containers on lines of
// their own.
#pragma once

#include <cstddef>
#include <string>

#include "cache_on_disk/value.hpp"

namespace cache_on_disk::tool {

/// Where a preview stops.
struct PreviewLimits {
  std::size_t depth = 4;          ///< of containers within containers that are opened
  std::size_t items = 20;         ///< of each container
  std::size_t characters = 2000;  ///< of each item that is not opened
  std::size_t width = 100;        ///< what fits into it stays on one line
};

std::string preview(const ValueView& value, const PreviewLimits& limits);

}  // namespace cache_on_disk::tool
