// `repr`: a value as Python prints it.
//
//   repr(Value::dict({{"gain", 0.5}})) == "{'gain': 0.5}"
#pragma once

#include <cstddef>
#include <string>

#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/value.hpp"

namespace cache_on_disk {

/// Limits of what `repr` writes.
struct ReprOptions {
  /// How many bytes of text are written before it is cut, and "..." put instead: what a tree shares is printed each time it is
  /// met, so the text may be larger than the tree beyond all bounds.
  std::size_t max_size = std::size_t{64} << 20;
};

/// The value as `repr()` of Python 3.12 and NumPy 2 writes it; a container that contains itself is `[...]` where it does. An
/// inert object is printed as the call that makes it, `module.Class(1, 2)`, and what it holds. Throws only `std::bad_alloc`, and
/// does not recurse.
CACHE_ON_DISK_EXPORT std::string repr(const ValueView& value, const ReprOptions& options = {});

}  // namespace cache_on_disk
