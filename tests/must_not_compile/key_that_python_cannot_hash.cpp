// expect: the keys of a cached map must be hashable in Python
#include <cache_on_disk/cache_on_disk.hpp>

#include <map>

cache_on_disk::Cached<std::map<std::vector<int>, double>> psds;

int main() {}
