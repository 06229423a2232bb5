// expect: the function of a DiskCacher has no parameters
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

int g() {
  DiskCacher c([](int k) { return k; }, "n");
  c.set_tag("T");
  return *c.execute();
}

int main() {}
