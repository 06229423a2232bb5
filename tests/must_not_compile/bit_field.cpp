// expect: the field 'saturated' is a bit-field or a reference
#include <cache_on_disk/cache_on_disk.hpp>

struct Pixel {
  double value;
  unsigned saturated : 1;
};
CACHE_ON_DISK_FIELDS(Pixel, value, saturated)

int main() {}
