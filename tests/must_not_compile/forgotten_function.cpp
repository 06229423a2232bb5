// expect: with as many arguments as its type has
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  CachedRef<int> f(int k) const { return f_(k); }
  Cached<int(int)> f_;
  CACHE_ON_DISK(S, f_)
};

int main() {}
