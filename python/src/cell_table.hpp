// CellTable: the cells of one method, by the address of the object. Every hit asks it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "cell.hpp"

namespace cache_on_disk::python {

struct CellSlot {
  const PyObject* object = nullptr;
  PyCell* cell = nullptr;
};

/// Open addressing with linear probing, at most two thirds full. Neighbours in memory are neighbours in the
/// table, so that going through objects that were made one after the other goes through it in order.
class CellTable {
 public:
  CellTable() noexcept = default;
  CellTable(const CellTable&) = delete;
  CellTable& operator=(const CellTable&) = delete;

  PyCell* find(const PyObject* object) const noexcept {
    for (std::size_t place = home(object);; place = (place + 1) & mask_) {
      const Slot& slot = slots_[place];
      if (slot.object == object) [[likely]]
        return slot.cell;
      if (slot.object == nullptr) return nullptr;
    }
  }
  void insert(const PyObject* object, PyCell* cell) {
    if ((used_ + 1) * 3 > owned_.size() * 2) grow();
    put(object, cell);
    ++used_;
  }
  void erase(const PyObject* object) noexcept {
    std::size_t gap = home(object);
    while (slots_[gap].object != object) gap = (gap + 1) & mask_;
    // What comes behind the gap and could have been there moves up, so that no search stops too early.
    for (std::size_t next = (gap + 1) & mask_; slots_[next].object != nullptr; next = (next + 1) & mask_) {
      const std::size_t wanted = home(slots_[next].object);
      if (((next - wanted) & mask_) < ((next - gap) & mask_)) continue;
      slots_[gap] = slots_[next];
      gap = next;
    }
    slots_[gap] = {};
    if (--used_ == 0) replace({});
  }
  std::size_t size() const noexcept { return used_; }
  /// Any cell; nullptr if there is none.
  PyCell* any() const noexcept {
    for (const Slot& slot : owned_)
      if (slot.object != nullptr) return slot.cell;
    return nullptr;
  }
  template <class F>
  int for_each(F&& visit) const {
    for (const Slot& slot : owned_)
      if (slot.object != nullptr)
        if (const int answer = visit(slot.object, *slot.cell); answer != 0) return answer;
    return 0;
  }

 private:
  using Slot = CellSlot;
  std::size_t home(const PyObject* object) const noexcept {
    return (reinterpret_cast<std::uintptr_t>(object) >> 4) & mask_;
  }
  void put(const PyObject* object, PyCell* cell) noexcept {
    std::size_t place = home(object);
    while (slots_[place].object != nullptr) place = (place + 1) & mask_;
    slots_[place] = {object, cell};
  }
  void grow() {
    const std::vector<Slot> before = replace(std::vector<Slot>(owned_.empty() ? 8 : owned_.size() * 2));
    for (const Slot& slot : before)
      if (slot.object != nullptr) put(slot.object, slot.cell);
  }
  std::vector<Slot> replace(std::vector<Slot> slots) noexcept {
    owned_.swap(slots);
    slots_ = owned_.empty() ? &nothing : owned_.data();
    mask_ = owned_.empty() ? 0 : owned_.size() - 1;
    return slots;
  }

  static inline Slot nothing{};  // never written: a table without slots need not be told apart on a hit
  Slot* slots_ = &nothing;
  std::size_t mask_ = 0;
  std::vector<Slot> owned_;  // a power of two
  std::size_t used_ = 0;
};

}  // namespace cache_on_disk::python
