// XXH3 of 128 bits with vectors of 64 bytes: the same hashes, in half the time.
#pragma once

#include <cstddef>

namespace cache_on_disk::entry::avx512 {

struct Halves {
  unsigned long long low;
  unsigned long long high;
};

// Only to be called where the processor has AVX-512F.
Halves hash(const void* bytes, std::size_t size) noexcept;
/// `state` is an XXH3_state_t, which does not depend on the vectors.
void update(void* state, const void* bytes, std::size_t size) noexcept;

}  // namespace cache_on_disk::entry::avx512
