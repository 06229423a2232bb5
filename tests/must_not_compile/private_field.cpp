// expect: for private ones write CACHE_ON_DISK_PRIVATE_FIELDS inside the class
#include <cache_on_disk/cache_on_disk.hpp>

class Spot {
  double x_ = 0;
};
CACHE_ON_DISK_FIELDS(Spot, x_)

int main() {}
