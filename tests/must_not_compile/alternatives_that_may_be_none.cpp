// expect: two alternatives of this std::variant are one thing in Python
#include <cache_on_disk/cache_on_disk.hpp>

#include <optional>
#include <string>
#include <variant>

cache_on_disk::Cached<std::variant<std::optional<int>, std::optional<std::string>>> answer;

int main() {}
