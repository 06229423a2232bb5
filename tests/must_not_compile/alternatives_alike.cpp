// expect: two alternatives of this std::variant are one thing in Python
#include <cache_on_disk/cache_on_disk.hpp>

#include <map>
#include <string>
#include <variant>

cache_on_disk::Cached<std::map<std::string, std::variant<float, std::string, double>>> header;

int main() {}
