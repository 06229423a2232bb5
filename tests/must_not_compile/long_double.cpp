// expect: a long double cannot be cached by itself
#include <cache_on_disk/detail/pickle/pickle_codecs.hpp>

int main() { return cache_on_disk::Codec<long double>::encode(1.5L) ? 0 : 1; }
