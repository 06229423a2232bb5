// expect: the struct has no field 'slop' that can be reached here
#include <cache_on_disk/cache_on_disk.hpp>

struct Fit {
  double slope;
};
CACHE_ON_DISK_FIELDS(Fit, slop)

int main() {}
