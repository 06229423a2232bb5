// expect: values of this type cannot be cached
#include <cache_on_disk/cache_on_disk.hpp>

#include <map>

cache_on_disk::Cached<std::multimap<int, double>> psds;

int main() {}
