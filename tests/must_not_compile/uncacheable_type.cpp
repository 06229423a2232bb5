// expect: values of this type cannot be cached: list the fields of a struct
#include <cache_on_disk/cache_on_disk.hpp>

struct Profile {
  int layers;
};

cache_on_disk::Cached<Profile> profile;

int main() {}
