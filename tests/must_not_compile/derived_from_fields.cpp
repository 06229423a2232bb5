// expect: values of this type cannot be cached
#include <cache_on_disk/cache_on_disk.hpp>

struct Fit {
  double slope;
};
CACHE_ON_DISK_FIELDS(Fit, slope)

struct BetterFit : Fit {
  double error;
};
cache_on_disk::Cached<BetterFit> fit;

int main() {}
