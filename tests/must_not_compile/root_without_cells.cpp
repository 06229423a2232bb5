// expect: this object has no cached methods
#include <cache_on_disk/cache_on_disk.hpp>

struct Root {};

int main() {
  Root root;
  cache_on_disk::set_tag(root, "20240410");
}
