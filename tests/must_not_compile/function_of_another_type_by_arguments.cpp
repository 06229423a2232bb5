// expect: the function must return this cell's type
#include <cache_on_disk/cache_on_disk.hpp>

double call(const cache_on_disk::Cached<double(int)>& cell) {
  return *cell(1, [] { return std::string("no number"); });
}
