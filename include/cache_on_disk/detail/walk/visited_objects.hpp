// The objects a walk has been at.
#pragma once

#include <cstddef>
#include <typeinfo>
#include <vector>

namespace cache_on_disk::core {

/// A set of objects by address and type, for a hundred thousand of them. Neighbours in memory are neighbours in the table, so
/// that a walk over an array goes through it in order: a scattering hash, as in std::unordered_set, misses the processor's
/// cache at each object (measured: 15 times slower).
class VisitedObjects {
 public:
  /// Adds an object; false if it was there.
  bool insert(const void* object, const std::type_info* type);

 private:
  struct Slot {
    const void* object = nullptr;
    const std::type_info* type = nullptr;
  };
  /// The slot of the object, or the free one where it belongs.
  Slot& slot(const void* object, const std::type_info* type);
  void grow();

  std::vector<Slot> slots_ = std::vector<Slot>(64);  // a power of two, at most half full
  std::size_t used_ = 0;
};

}  // namespace cache_on_disk::core
