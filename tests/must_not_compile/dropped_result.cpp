// expect: (ignoring return|nodiscard)
#include <cache_on_disk/detail/pickle/pickle_codecs.hpp>

void check(const cache_on_disk::Payload& payload) { cache_on_disk::Codec<double>::decode(payload); }
