// expect: an argument of a cached method must be a bool, number, enum
#include <cache_on_disk/cache_on_disk.hpp>

struct Options {
  int order;
};

cache_on_disk::Cached<double(std::map<std::string, std::vector<Options>>)> fit;

int main() {}
