// expect: the elements of a cached set must be hashable in Python
#include <cache_on_disk/cache_on_disk.hpp>

#include <set>

cache_on_disk::Cached<std::set<std::set<int>>> groups;

int main() {}
