// expect: a cell takes the function, not its value
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

int compute();
struct S {
  CachedRef<int> f() const { return f_(compute()); }
  Cached<int> f_;
  CACHE_ON_DISK(S, f_)
};

int main() {}
