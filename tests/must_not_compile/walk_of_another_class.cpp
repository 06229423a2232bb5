// expect: CACHE_ON_DISK names another class
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct O {};
struct S {
  CachedRef<int> f() const {
    return f_([] { return 1; });
  }
  Cached<int> f_;
  CACHE_ON_DISK(O, f_)
};
void g() {
  S s;
  set_tag(s, "T");
}

int main() {}
