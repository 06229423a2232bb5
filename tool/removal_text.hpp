// How deleting an entry ended, in words.
#pragma once

#include "files/errors.hpp"
#include "upkeep/removal.hpp"

namespace cache_on_disk::tool {

/// To be called before anything else can change errno.
inline std::string text_of(entry::Removal removal) {
  switch (removal) {
    case entry::Removal::removed:
      return "removed";
    case entry::Removal::missing:
      return "gone already";
    case entry::Removal::busy:
      return "left, as it is being computed";
    case entry::Removal::changed:
      return "left, as it changed meanwhile";
    case entry::Removal::failed:
      break;
  }
  return system::describe(system::last_error("cannot", "delete"));
}

}  // namespace cache_on_disk::tool
