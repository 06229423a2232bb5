// expect: values do not all fit into this cell
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  CachedRef<std::optional<int>> f() const {
    return p_([] { return std::optional<double>(2.7); });
  }
  Cached<std::optional<int>> p_;
  CACHE_ON_DISK(S, p_)
};

int main() {}
