// expect: a method that returns nothing has none to cache
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  void f() const {
    p_([] {});
  }
  Cached<void> p_;
  CACHE_ON_DISK(S, p_)
};

int main() {}
