// Pickles that would do harm if Python read them.
#pragma once

#include <optional>
#include <string>

#include "cache_on_disk/value.hpp"

namespace cache_on_disk::tool {

/// The first call by which a pickle has its reader run something that no value needs, with its
/// arguments, escaped and cut: "posix.system('touch x')". A function that is only referred to is not called. Nothing
/// found is not proof of the contrary: what functions of unknown modules do is not known. Nothing is ever run here
/// in either case.
std::optional<std::string> attack_in(const ValueView& value);

}  // namespace cache_on_disk::tool
