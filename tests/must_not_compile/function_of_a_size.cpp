// expect: the function must return this cell's type
#include <cache_on_disk/cache_on_disk.hpp>

// A vector can be made from a number, of that many zeros: not what was meant.
auto call(const cache_on_disk::Cached<std::vector<double>>& cell) {
  return cell([] { return 3; });
}
