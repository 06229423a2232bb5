// expect: this argument would be rounded or cut
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  CachedRef<double> f(double x) const {
    return p_(x, [x] { return x; });
  }
  Cached<double(int)> p_;
  CACHE_ON_DISK(S, p_)
};

int main() {}
