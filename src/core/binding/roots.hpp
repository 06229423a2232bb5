// Which roots are alive, so that two which take the same names are told of.
#pragma once

#include <memory>
#include <string>

#include "binding/binding.hpp"

namespace cache_on_disk::core {

/// Notes that a root has been tagged: `name` is that of the first cell below it ("root.Loop.modes"), `context` what a walk made for
/// its cells, and lives as long as one of them has that tag. Tells, once for a name, if another living root gave a cell of
/// the same method the same name in the same tag directory: each would get what the other computed. Thread-safe.
void note_root(const Method& method, const std::string& name, const std::shared_ptr<const Context>& context) noexcept;

}  // namespace cache_on_disk::core
