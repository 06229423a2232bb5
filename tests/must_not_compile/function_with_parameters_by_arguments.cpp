// expect: a function without parameters that captures them
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  CachedRef<int> f(int k) const {
    return f_(k, [](int k) { return k; });
  }
  Cached<int(int)> f_;
  CACHE_ON_DISK(S, f_)
};

int main() {}
