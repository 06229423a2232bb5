// CellTable: the cells of one method, by the address of the object. Every hit asks it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "cell.hpp"

namespace cache_on_disk::python {

/// Open addressing with linear probing. Neighbours in memory are neighbours in the table, so
/// that going through objects that were made one after the other goes through it in order. A slot is one word: the
/// cell's address, and in its lowest bits a hash of the object's, which tells most others without a look at their cells.
class CellTable {
 public:
  CellTable() noexcept = default;
  CellTable(const CellTable&) = delete;
  CellTable& operator=(const CellTable&) = delete;

  PyCell* find(const PyObject* object) const noexcept {
    const std::uintptr_t tag = tag_of(object);
    for (std::size_t place = home(object);; place = (place + 1) & mask_) {
      const std::uintptr_t cell = slots_[place] ^ tag;  // its address, if this is its object's tag
      if ((cell & tag_bits) == 0) [[likely]] {
        if (reinterpret_cast<PyCell*>(cell)->object == object) [[likely]]
          return reinterpret_cast<PyCell*>(cell);
      } else if (slots_[place] == 0) {
        return nullptr;
      }
    }
  }
  void insert(PyCell* cell) {
    if (used_ >= most_in(owned_.size())) grow();
    const std::uintptr_t slot = reinterpret_cast<std::uintptr_t>(cell) | tag_of(cell->object);
    // Objects whose addresses have much in common crowd together; in a larger table they do so less.
    bool is_in = put(slot, most_steps);
    for (; !is_in && used_ * 8 > owned_.size(); is_in = put(slot, most_steps)) grow();
    if (!is_in) put(slot, owned_.size());
    ++used_;
  }
  void erase(const PyObject* object) noexcept {
    std::size_t gap = home(object);
    while (cell_in(slots_[gap])->object != object) gap = (gap + 1) & mask_;
    // What comes behind the gap and could have been there moves up, so that no search stops too early.
    for (std::size_t next = (gap + 1) & mask_; slots_[next] != 0; next = (next + 1) & mask_) {
      const std::size_t wanted = home(cell_in(slots_[next])->object);
      if (((next - wanted) & mask_) < ((next - gap) & mask_)) continue;
      slots_[gap] = slots_[next];
      gap = next;
    }
    slots_[gap] = 0;
    if (--used_ == 0) replace({});
  }
  std::size_t size() const noexcept { return used_; }
  /// Any cell; nullptr if there is none.
  PyCell* any() const noexcept {
    for (const std::uintptr_t slot : owned_)
      if (slot != 0) return cell_in(slot);
    return nullptr;
  }
  template <class F>
  int for_each(F&& visit) const {
    for (const std::uintptr_t slot : owned_)
      if (slot != 0)
        if (const int answer = visit(*cell_in(slot)); answer != 0) return answer;
    return 0;
  }

 private:
  static constexpr std::uintptr_t tag_bits = 15;  // cells are aligned by 16
  static constexpr std::size_t most_steps = 1000;

  /// A small table is fast, a large one small.
  static std::size_t most_in(std::size_t slots) noexcept { return slots <= 8192 ? slots / 4 : slots / 3 * 2; }
  /// Never none, so that an empty slot is nobody's.
  static std::uintptr_t tag_of(const PyObject* object) noexcept {
    return (reinterpret_cast<std::uintptr_t>(object) * 0x9E3779B97F4A7C15u >> 60) | 1;
  }
  static PyCell* cell_in(std::uintptr_t slot) noexcept { return reinterpret_cast<PyCell*>(slot & ~tag_bits); }
  std::size_t home(const PyObject* object) const noexcept {
    return (reinterpret_cast<std::uintptr_t>(object) >> 4) & mask_;
  }
  /// False if no slot is free within so many steps.
  bool put(std::uintptr_t slot, std::size_t steps) noexcept {
    std::size_t place = home(cell_in(slot)->object);
    for (; steps > 0; --steps, place = (place + 1) & mask_)
      if (slots_[place] == 0) {
        slots_[place] = slot;
        return true;
      }
    return false;
  }
  void grow() {
    const std::vector<std::uintptr_t> before =
        replace(std::vector<std::uintptr_t>(owned_.empty() ? 8 : owned_.size() * 2));
    for (const std::uintptr_t slot : before)
      if (slot != 0) put(slot, owned_.size());
  }
  std::vector<std::uintptr_t> replace(std::vector<std::uintptr_t> slots) noexcept {
    owned_.swap(slots);
    slots_ = owned_.empty() ? &nothing : owned_.data();
    mask_ = owned_.empty() ? 0 : owned_.size() - 1;
    return slots;
  }

  static inline std::uintptr_t nothing = 0;  // never written: a table without slots need not be told apart on a hit
  std::uintptr_t* slots_ = &nothing;
  std::size_t mask_ = 0;
  std::vector<std::uintptr_t> owned_;  // a power of two
  std::size_t used_ = 0;
};

}  // namespace cache_on_disk::python
