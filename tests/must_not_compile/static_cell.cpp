// expect: a static cell is one for all objects
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  static inline Cached<int> f_;
  CACHE_ON_DISK(S, f_)
};
void g() {
  S a;
  set_tag(a, "T");
}

int main() {}
