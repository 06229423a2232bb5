#include "format/hash.hpp"

#include <atomic>
#include <new>

// Inline XXH3 beats the shared library of the distribution by a third: the compiler sees the lengths.
#define CACHE_ON_DISK_VECTORS plain
#include "format/hash_vectors.inc"

namespace cache_on_disk::entry {
namespace {

Hash128 convert(XXH128_hash_t hash) noexcept { return {hash.low64, hash.high64}; }

constexpr Vectors plain_vectors{"plain", plain::hash, plain::update};

// Those that every processor has, for who hashes before others are chosen.
constinit std::atomic<const Vectors*> vectors{&plain_vectors};
[[maybe_unused]] const bool are_chosen = [] {
  static const UsableVectors usable = usable_vectors();
  vectors.store(&usable.kinds[usable.count - 1], std::memory_order_release);
  return true;
}();

constexpr std::size_t worth_vectors = 241;  // below this size a hash does not come to them at all

}  // namespace

UsableVectors usable_vectors() noexcept {
  UsableVectors usable{{plain_vectors}, 1};
#ifdef CACHE_ON_DISK_AVX2
  if (__builtin_cpu_supports("avx2") != 0) usable.kinds[usable.count++] = {"avx2", avx2::hash, avx2::update};
#endif
#ifdef CACHE_ON_DISK_AVX512
  if (__builtin_cpu_supports("avx512f") != 0) usable.kinds[usable.count++] = {"avx512", avx512::hash, avx512::update};
#endif
  return usable;
}

Hash128 hash_128(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() < worth_vectors) return convert(XXH3_128bits(bytes.data(), bytes.size()));
  const Halves hash = vectors.load(std::memory_order_acquire)->hash(bytes.data(), bytes.size());
  return {hash.low, hash.high};
}

Hash128 hash_128(std::string_view text) noexcept { return hash_128(bytes_of(text)); }

std::uint64_t hash_64(std::span<const std::byte> bytes) noexcept { return XXH3_64bits(bytes.data(), bytes.size()); }

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
  vectors.load(std::memory_order_acquire)->update(state_, bytes.data(), bytes.size());
}

Hash128 Hasher::digest() const noexcept {
  return convert(XXH3_128bits_digest(static_cast<const XXH3_state_t*>(state_)));
}

}  // namespace cache_on_disk::entry
