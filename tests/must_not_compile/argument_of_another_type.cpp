// expect: with arguments of the types that it has
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  CachedRef<int> f(int k) const {
    return f_(k, [k] { return k; });
  }
  Cached<int(std::vector<int>)> f_;
  CACHE_ON_DISK(S, f_)
};

int main() {}
