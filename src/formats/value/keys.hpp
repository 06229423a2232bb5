// Keys: which hashable values are equal, for dicts, sets and comparisons.
//
//   Keys keys;
//   KeySet seen(keys, 100);
//   seen.insert(view);          // the place of an equal one that was inserted before, or its own
//
// A value is reduced to a few bytes that equal values share: 1, 1.0 and True to the same ones, a tuple to the
// number under which its items were met first. So a comparison never walks a tree, and tuples that share
// their parts, which Python hashes in exponential time, cost what they are long, and so does a long text that is
// used as a key many times. The hash is seeded: its collisions cannot be prepared. Time is proportional to the
// values, whatever they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cache_on_disk/value.hpp"

namespace cache_on_disk::detail {

/// XXH3 of the bytes under the seed of this process.
std::uint64_t seeded_hash(std::string_view bytes) noexcept;

struct SeededHash {
  std::size_t operator()(std::string_view bytes) const noexcept { return seeded_hash(bytes); }
};

/// The bytes that equal values share. Refers to the value or to itself: neither copy nor move it.
class Key {
 public:
  Key() = default;
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

  char tag = 0;          ///< of types that can be equal to each other
  bool unequal = false;  ///< a NaN: equal to nothing
  std::string_view bytes;
  std::string owned;  ///< may hold what `bytes` sees

  std::uint64_t hash() const noexcept { return seeded_hash(bytes) ^ static_cast<std::uint64_t>(tag) << 56; }
  friend bool operator==(const Key& a, const Key& b) noexcept {
    return a.tag == b.tag && a.bytes == b.bytes && !a.unequal && !b.unequal;
  }
};

class Keys {
 public:
  /// Fills in the key of a value. One that has no hash, or is an inert object, equals only itself.
  void find(const ValueView& value, Key& key);

 private:
  /// A value by where it lies: bytes may be of several kinds and dtypes.
  struct Place {
    const void* where;
    std::uint64_t what;
    bool operator==(const Place&) const = default;
  };
  struct PlaceHash {
    std::size_t operator()(const Place& place) const noexcept {
      return std::hash<const void*>()(place.where) ^ static_cast<std::size_t>(place.what * 0x9E3779B97F4A7C15U);
    }
  };
  /// What a long key was reduced to.
  struct Long {
    char tag;
    std::uint32_t number;
  };

  void find_whole(const ValueView& value, Key& key);
  std::uint32_t number_of(const ValueView& composite);
  std::uint32_t number_of_bytes(std::string bytes);

  std::unordered_map<std::string, std::uint32_t, SeededHash> numbers_;
  std::unordered_map<const void*, std::uint32_t> composites_;
  std::unordered_map<Place, Long, PlaceHash> long_;
};

/// A hash table of values, which must outlive it.
class KeySet {
 public:
  KeySet(Keys& keys, std::size_t most);

  static constexpr std::uint32_t none = 0xffffffff;
  /// The place (0, 1, ...) of an equal value inserted before; otherwise inserts this one and gives `none`.
  std::uint32_t insert(const ValueView& value) { return look(value, true); }
  /// The place of an equal value, or `none`.
  std::uint32_t find(const ValueView& value) { return look(value, false); }

 private:
  std::uint32_t look(const ValueView& value, bool insert);

  Keys& keys_;
  std::vector<ValueView> values_;
  std::vector<std::uint64_t> slots_;  // hash above, place + 1 below; 0: free
};

}  // namespace cache_on_disk::detail
