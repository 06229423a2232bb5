// expect: a pointer says nothing to another process
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  Cached<int*> p_;
  CACHE_ON_DISK(S, p_)
};

int main() {}
