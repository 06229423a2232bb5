// The one file that is compiled for processors with AVX2.
#define CACHE_ON_DISK_VECTORS avx2
#include "format/hash_vectors.inc"
