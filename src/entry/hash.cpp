#include "entry/hash.hpp"

#include <new>

// Inline XXH3 beats the shared library of the distribution by a third: the compiler sees the lengths.
#define XXH_INLINE_ALL
#include <xxhash.h>

#ifdef CACHE_ON_DISK_AVX512
#include "entry/hash_avx512.hpp"
#endif

namespace cache_on_disk::entry {
namespace {

Hash128 convert(XXH128_hash_t hash) noexcept { return {hash.low64, hash.high64}; }

#ifdef CACHE_ON_DISK_AVX512
// Below this size a hash does not come to the vectors at all.
constexpr std::size_t worth_vectors = 241;
const bool has_avx512 = __builtin_cpu_supports("avx512f") != 0;
#endif

}  // namespace

Hash128 hash_128(std::span<const std::byte> bytes) noexcept {
#ifdef CACHE_ON_DISK_AVX512
  if (bytes.size() >= worth_vectors && has_avx512) {
    const avx512::Halves hash = avx512::hash(bytes.data(), bytes.size());
    return {hash.low, hash.high};
  }
#endif
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
#ifdef CACHE_ON_DISK_AVX512
  if (has_avx512) return avx512::update(state_, bytes.data(), bytes.size());
#endif
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state_), bytes.data(), bytes.size());
}

Hash128 Hasher::digest() const noexcept {
  return convert(XXH3_128bits_digest(static_cast<const XXH3_state_t*>(state_)));
}

}  // namespace cache_on_disk::entry
