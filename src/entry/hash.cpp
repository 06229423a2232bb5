#include "entry/hash.hpp"

#include <new>

// Inline XXH3 beats the shared library of the distribution by a third: the compiler sees the lengths.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace cache_on_disk::entry {
namespace {
Hash128 convert(XXH128_hash_t hash) noexcept { return {hash.low64, hash.high64}; }
}  // namespace

Hash128 hash_128(std::span<const std::byte> bytes) noexcept {
  return convert(XXH3_128bits(bytes.data(), bytes.size()));
}

Hash128 hash_128(std::string_view text) noexcept { return hash_128(bytes_of(text)); }

std::uint64_t hash_64(std::span<const std::byte> bytes) noexcept {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::string hex(const Hash128& hash) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(32, '0');
  for (unsigned i = 0; i < 16; ++i) {
    text[i] = digits[(hash.high >> (60 - 4 * i)) & 15];
    text[16 + i] = digits[(hash.low >> (60 - 4 * i)) & 15];
  }
  return text;
}

Hasher::Hasher() : state_(XXH3_createState()) {
  if (state_ == nullptr) throw std::bad_alloc();
  XXH3_128bits_reset(static_cast<XXH3_state_t*>(state_));
}

Hasher::~Hasher() { XXH3_freeState(static_cast<XXH3_state_t*>(state_)); }

void Hasher::update(std::span<const std::byte> bytes) noexcept {
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state_), bytes.data(), bytes.size());
}

Hash128 Hasher::digest() const noexcept {
  return convert(XXH3_128bits_digest(static_cast<const XXH3_state_t*>(state_)));
}

}  // namespace cache_on_disk::entry
