// expect: values are moved into the cell
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct P {
  int a = 0;
  P() = default;
  P(P&&) = delete;
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
