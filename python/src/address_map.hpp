// AddressMap: small numbers by the address of an object. In one block of memory, which is given back as a whole:
// a walk over many objects leaves no holes behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace cache_on_disk::python {

class AddressMap {
 public:
  /// The number of an address, 0 at first. Valid until the next call.
  std::uint32_t& operator[](const void* address) {
    if ((used_ + 1) * 3 > slots_.size() * 2) grow();
    Slot& slot = slots_[place_of(address)];
    if (slot.address == nullptr) {
      slot.address = address;
      ++used_;
    }
    return slot.number;
  }
  std::uint32_t get(const void* address) const noexcept {
    return slots_.empty() ? 0 : slots_[place_of(address)].number;
  }

 private:
  struct Slot {
    const void* address = nullptr;
    std::uint32_t number = 0;
  };

  /// Its slot, or the empty one where it would be.
  std::size_t place_of(const void* address) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t place = (reinterpret_cast<std::uintptr_t>(address) >> 4) & mask;
    while (slots_[place].address != nullptr && slots_[place].address != address) place = (place + 1) & mask;
    return place;
  }
  void grow() {
    std::vector<Slot> before(slots_.empty() ? 64 : slots_.size() * 2);
    before.swap(slots_);
    for (const Slot& slot : before)
      if (slot.address != nullptr) slots_[place_of(slot.address)] = slot;
  }

  std::vector<Slot> slots_;  // a power of two
  std::size_t used_ = 0;
};

}  // namespace cache_on_disk::python
