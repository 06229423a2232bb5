// expect: the value of a Quantity must be a float
#include <string>

#include <cache_on_disk/cache_on_disk.hpp>

cache_on_disk::Cached<cache_on_disk::Quantity<std::string>> name;

int main() {}
