// The one file that is compiled for processors with AVX-512.
#define CACHE_ON_DISK_VECTORS avx512
#include "format/hash_vectors.inc"
