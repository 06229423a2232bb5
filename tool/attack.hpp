// Pickles that would do harm if Python read them.
#pragma once

#include <optional>
#include <string>

#include "cache_on_disk/value.hpp"

namespace cache_on_disk::tool {

/// The first thing in the tree by which a pickle has its reader run something that no value needs:
/// "posix.system". Nothing found is no proof of the contrary; nothing is ever run here in either case.
std::optional<std::string> attack_in(const ValueView& value);

}  // namespace cache_on_disk::tool
