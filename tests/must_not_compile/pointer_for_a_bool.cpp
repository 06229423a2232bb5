// expect: this argument would be rounded or cut
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  CachedRef<int> f(const char* x) const {
    return p_(x, [] { return 1; });
  }
  Cached<int(bool)> p_;
  CACHE_ON_DISK(S, p_)
};

int main() {}
