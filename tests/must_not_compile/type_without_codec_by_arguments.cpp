// expect: values of this type cannot be cached: list the fields of a struct
#include <cache_on_disk/cache_on_disk.hpp>

struct Profile {
  double layers[10];
};

cache_on_disk::Cached<Profile(int)> cell;
