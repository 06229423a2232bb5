// The one file that is compiled for processors with AVX-512. It includes nothing but C headers of static functions: an
// inline function of C++ compiled here might be the copy that the linker keeps for all, and end others on other processors.
#include "entry/hash_avx512.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace cache_on_disk::entry::avx512 {

Halves hash(const void* bytes, std::size_t size) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(bytes, size);
  return {hash.low64, hash.high64};
}

void update(void* state, const void* bytes, std::size_t size) noexcept {
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state), bytes, size);
}

}  // namespace cache_on_disk::entry::avx512
