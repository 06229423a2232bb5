// expect: leave the const away: nobody can change
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  CachedRef<int> f() const { return CachedRef<int>(1); }
  Cached<const int> p_;
  CACHE_ON_DISK(S, p_)
};

int main() {}
