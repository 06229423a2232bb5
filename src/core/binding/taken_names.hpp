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
    if (used_ == most_) grow();
    hash += hash == 0 ? 1 : 0;
    std::uint64_t& slot = slot_of(hash);
    if (slot == hash) return false;
    slot = hash;
    ++used_;
    return true;
  }

 private:
  /// Its slot, or the empty one where it would be.
  std::uint64_t& slot_of(std::uint64_t hash) noexcept {
    std::uint64_t* const slots = slots_.data();
    const std::size_t last = last_;
    std::size_t place = static_cast<std::size_t>(hash ^ hash >> 32) & last;
    while (slots[place] != 0 && slots[place] != hash) place = (place + 1) & last;
    return slots[place];
  }
  void grow() {
    constexpr std::size_t many = 1 << 16;  // then memory counts for more than that all names move once more
    std::vector<std::uint64_t> before(slots_.empty() ? 64 : slots_.size() * (slots_.size() < many ? 4 : 2));
    before.swap(slots_);
    last_ = slots_.size() - 1;
    most_ = slots_.size() / 3 * 2;
    for (const std::uint64_t hash : before)
      if (hash != 0) slot_of(hash) = hash;
  }

  std::vector<std::uint64_t> slots_;  // a power of two; 0: free
  std::size_t last_ = 0;              // their number, less one
  std::size_t used_ = 0;
  std::size_t most_ = 0;  // that many are used before there are more
};

}  // namespace cache_on_disk::core
