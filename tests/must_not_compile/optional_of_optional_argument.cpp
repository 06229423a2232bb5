// expect: an argument of a cached method must be a bool, number, enum
#include <cache_on_disk/cache_on_disk.hpp>

cache_on_disk::Cached<double(std::optional<std::optional<int>>)> fit;
