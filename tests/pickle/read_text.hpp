// Reading a pickle that a test has as text.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "cache_on_disk/detail/pickle/reader.hpp"

namespace cache_on_disk::pickle {

/// What lies in `pickle`, which must outlive values that refer to it.
inline Result<Value> read_text(const std::string& pickle) { return read({std::as_bytes(std::span(pickle)), nullptr}); }

}  // namespace cache_on_disk::pickle
