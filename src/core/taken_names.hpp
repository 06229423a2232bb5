// TakenNames: which names the objects of one walk have. In one block of memory, which is given back as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cache_on_disk::core {

/// Names by their hashes, of which 64 bits tell a million names apart but for one chance in 40 million.
class TakenNames {
 public:
  /// False if it was taken before.
  bool take(std::uint64_t hash) {
    if ((used_ + 1) * 3 > slots_.size() * 2) grow();
    hash += hash == 0 ? 1 : 0;
    std::uint64_t& slot = slots_[place_of(hash)];
    if (slot == hash) return false;
    slot = hash;
    ++used_;
    return true;
  }

 private:
  /// Its slot, or the empty one where it would be.
  std::size_t place_of(std::uint64_t hash) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t place = static_cast<std::size_t>(hash ^ hash >> 32) & mask;
    while (slots_[place] != 0 && slots_[place] != hash) place = (place + 1) & mask;
    return place;
  }
  void grow() {
    std::vector<std::uint64_t> before(slots_.empty() ? 64 : slots_.size() * 2);
    before.swap(slots_);
    for (const std::uint64_t hash : before)
      if (hash != 0) slots_[place_of(hash)] = hash;
  }

  std::vector<std::uint64_t> slots_;  // a power of two; 0: free
  std::size_t used_ = 0;
};

}  // namespace cache_on_disk::core
