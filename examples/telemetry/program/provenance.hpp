// Where the next call of a cached method will take its value from: all that this program asks of explain().
#pragma once

#include <cache_on_disk/cache_on_disk.hpp>
#include <string_view>

namespace telemetry {

enum class Provenance { computed, disk, memory };

/// Of a cached method without arguments. Throws std::invalid_argument if the object has no such method.
template <class Object>
Provenance provenance(const Object& object, std::string_view method) {
  using State = cache_on_disk::Explanation::State;
  switch (cache_on_disk::explain(object, method).state) {
    case State::memory:
      return Provenance::memory;
    case State::disk:
      return Provenance::disk;
    default:
      return Provenance::computed;  // not stored, unusable, or caching is off
  }
}

}  // namespace telemetry
