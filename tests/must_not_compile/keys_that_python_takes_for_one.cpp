// expect: a variant must not mix kinds of numbers
#include <cache_on_disk/cache_on_disk.hpp>

#include <map>

cache_on_disk::Cached<std::map<std::variant<int, double>, double>> psds;

int main() {}
