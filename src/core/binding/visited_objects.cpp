#include "cache_on_disk/detail/walk/visited_objects.hpp"

#include <cstdint>
#include <utility>

namespace cache_on_disk::core {

VisitedObjects::Slot& VisitedObjects::slot(const void* object, const std::type_info* type) {
  const std::size_t mask = slots_.size() - 1;
  // Objects with cells are at least 16 bytes apart, unless one is the base or first member of the other: those differ in type.
  std::size_t place = reinterpret_cast<std::uintptr_t>(object) / 16 + reinterpret_cast<std::uintptr_t>(type) / 16;
  while (true) {
    Slot& found = slots_[place & mask];
    if (found.object == nullptr || (found.object == object && found.type == type)) return found;
    ++place;
  }
}

bool VisitedObjects::insert(const void* object, const std::type_info* type) {
  Slot& place = slot(object, type);
  if (place.object != nullptr) return false;
  place = {object, type};
  if (++used_ * 2 > slots_.size()) grow();
  return true;
}

// By no more than it must: a table for a million is so large that its pages come fresh from the kernel, at each walk.
void VisitedObjects::grow() {
  const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  for (const Slot& old : before)
    if (old.object != nullptr) slot(old.object, old.type) = old;
}

}  // namespace cache_on_disk::core
