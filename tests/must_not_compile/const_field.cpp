// expect: a const field cannot be read back
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct P {
  const int a = 0;
};
CACHE_ON_DISK_FIELDS(P, a)
struct S {
  CachedRef<P> f() const {
    return f_([] { return P(); });
  }
  Cached<P> f_;
  CACHE_ON_DISK(S, f_)
};

int main() {}
