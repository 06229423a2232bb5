// XXH3 of 128 bits with the vectors every processor has, of 32 bytes (AVX2) and of 64 (AVX-512): the same hashes, faster.
#pragma once

#include <cstddef>

namespace cache_on_disk::entry {

struct Halves {
  unsigned long long low;
  unsigned long long high;
};

// Only to be called where the processor has such vectors. `state` is an XXH3_state_t, which does not depend on them.
namespace plain {
Halves hash(const void* bytes, std::size_t size) noexcept;
void update(void* state, const void* bytes, std::size_t size) noexcept;
}  // namespace plain

namespace avx2 {
Halves hash(const void* bytes, std::size_t size) noexcept;
void update(void* state, const void* bytes, std::size_t size) noexcept;
}  // namespace avx2

namespace avx512 {
Halves hash(const void* bytes, std::size_t size) noexcept;
void update(void* state, const void* bytes, std::size_t size) noexcept;
}  // namespace avx512

/// One kind of vectors.
struct Vectors {
  const char* name;
  Halves (*hash)(const void* bytes, std::size_t size) noexcept;
  void (*update)(void* state, const void* bytes, std::size_t size) noexcept;
};
struct UsableVectors {
  Vectors kinds[3];
  int count;
};
/// The kinds that this processor has, the widest last.
UsableVectors usable_vectors() noexcept;

}  // namespace cache_on_disk::entry
