// XXH3 hashes, as entries use them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cache_on_disk::entry {

/// A 128-bit XXH3 hash. Not a defence against forgery: whoever may write the cache may also compute hashes.
struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const Hash128&) const = default;
  auto operator<=>(const Hash128&) const = default;
};

Hash128 hash_128(std::span<const std::byte> bytes) noexcept;
Hash128 hash_128(std::string_view text) noexcept;
std::uint64_t hash_64(std::span<const std::byte> bytes) noexcept;

/// 32 lower-case hexadecimal digits, most significant first (XXH's canonical form).
std::string hex(const Hash128& hash);

/// Hashes bytes that come in pieces.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  void update(std::span<const std::byte> bytes) noexcept;
  Hash128 digest() const noexcept;

 private:
  void* state_;
};

inline std::span<const std::byte> bytes_of(std::string_view text) noexcept {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace cache_on_disk::entry
