// What the scenarios that get values from disk share: the values, ours and those of peers, and what uses them.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "peers.hpp"
#include "support.hpp"

namespace bench {

using Numbers = std::span<const double>;

/// A stored value of one size, and every way to get at it.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Numbers hit() = 0;
  virtual void forget() = 0;
  virtual std::string path() const = 0;
  /// Another object that has the same value on disk, and nothing in memory.
  virtual std::unique_ptr<Subject> another() const = 0;
};

/// Ours, stored when it is asked for first.
Subject& subject(std::size_t size);

inline std::string key_of(std::size_t size) { return "root.Holder.cell " + std::to_string(size); }

/// The directory of a peer that holds the value of this size.
std::string stored_by(const Peer& peer, std::size_t size);

inline double used(Numbers all, bool whole) { return whole ? use(all) : read(all[all.size() / 2]); }

/// Gets a value from a peer, and uses it.
inline void use_stored(Store& store, const std::string& key, bool whole = true) {
  store.get_stored(key, [&](auto bytes) {
    const Numbers all(reinterpret_cast<const double*>(bytes.data()), bytes.size() / sizeof(double));
    benchmark::DoNotOptimize(used(all, whole));
  });
}

inline bool is_large(std::size_t size) { return size >= 128 << 10; }
inline bool is_huge(std::size_t size) { return size >= 8 << 20; }

}  // namespace bench
