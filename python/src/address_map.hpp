// AddressMap: small numbers by the address of an object. In one block of memory, which is given back as a whole:
// a walk over many objects leaves no holes behind.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace cache_on_disk::python {

/// The places of addresses in the table. In order: neighbours in memory are neighbours in the table, so that a walk over objects
/// made one after the other reads it in order. Scattered: objects from all over memory crowd together less.
enum class Places { in_order, scattered };

template <Places places>
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
    std::size_t place = first_place(reinterpret_cast<std::uintptr_t>(address) >> 4);
    while (slots_[place].address != nullptr && slots_[place].address != address) place = (place + 1) & mask;
    return place;
  }
  std::size_t first_place(std::uintptr_t number) const noexcept {
    if constexpr (places == Places::in_order) return number & (slots_.size() - 1);
    return number * 0x9E3779B97F4A7C15u >> shift_;
  }
  void grow() {
    std::vector<Slot> before(slots_.empty() ? 64 : slots_.size() * (slots_.size() < 4096 ? 4 : 2));
    shift_ = std::countl_zero(std::uint64_t{before.size()}) + 1;
    before.swap(slots_);
    for (const Slot& slot : before)
      if (slot.address != nullptr) slots_[place_of(slot.address)] = slot;
  }

  std::vector<Slot> slots_;  // a power of two
  int shift_ = 0;            // of a product of 64 bits, to the number of a slot
  std::size_t used_ = 0;
};

}  // namespace cache_on_disk::python
