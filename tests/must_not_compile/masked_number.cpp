// expect: the data of a Masked must be an Array
#include <cache_on_disk/cache_on_disk.hpp>

cache_on_disk::Cached<cache_on_disk::Masked<double>> number;

int main() {}
