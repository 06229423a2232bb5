// Under which tag, and where, cells are cached: what set_tag and its like set.
#pragma once

#include <optional>
#include <string>

#include "cache_on_disk/options.hpp"

namespace cache_on_disk::core {

struct Settings {
  std::optional<std::string> tag;
  std::string prefix = "cache";
  std::optional<std::string> tmpdir;  ///< none: the default one
  Trust trust;

  bool operator==(const Settings&) const = default;
};

}  // namespace cache_on_disk::core
