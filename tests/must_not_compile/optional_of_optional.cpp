// expect: Python's None would stand for both
#include <cache_on_disk/cache_on_disk.hpp>

cache_on_disk::Cached<std::optional<std::optional<int>>> answer;

int main() {}
