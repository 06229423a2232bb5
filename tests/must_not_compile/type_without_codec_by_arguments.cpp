// expect: values of this type cannot be cached: it needs a cache_on_disk::Codec
#include <cache_on_disk/cache_on_disk.hpp>

struct Profile {
  double layers[10];
};

cache_on_disk::Cached<Profile(int)> cell;
