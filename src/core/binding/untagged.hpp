// Calls on cells without a tag, while some root has one.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace cache_on_disk::core {

/// How many there were, by "file:line" of the call. Thread-safe.
std::map<std::string, std::uint64_t> untagged_calls();

}  // namespace cache_on_disk::core
