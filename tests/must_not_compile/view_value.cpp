// expect: a view refers to memory that is gone
#include <cache_on_disk/cache_on_disk.hpp>

using namespace cache_on_disk;

struct S {
  Cached<std::string_view> p_;
  CACHE_ON_DISK(S, p_)
};

int main() {}
