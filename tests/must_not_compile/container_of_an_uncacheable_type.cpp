// expect: values of this type cannot be part of a cached value
#include <cache_on_disk/cache_on_disk.hpp>

#include <list>

struct Handle {
  void* pointer;
};
cache_on_disk::Cached<std::list<Handle>> handles;

int main() {}
