// expect: values of this type cannot be part of a cached value: list its fields
#include <cache_on_disk/cache_on_disk.hpp>

struct Handle {
  void* pointer;
};
struct Fit {
  double slope;
  Handle handle;
};
CACHE_ON_DISK_FIELDS(Fit, slope, handle)

cache_on_disk::Cached<Fit> fit;

int main() {}
