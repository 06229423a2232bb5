// expect: it compiles
#include <cache_on_disk/cache_on_disk.hpp>

#include <any>
#include <functional>
#include <optional>
#include <string>
#include <vector>

struct Empty {};
template <class T>
struct Mixin {};
struct WithMixin : Mixin<WithMixin> {
  double a;
};
CACHE_ON_DISK_FIELDS(WithMixin, a)
struct WithEmptyBase : Empty {
  int b;
};
CACHE_ON_DISK_FIELDS(WithEmptyBase, b)
struct Base {
  int a, b;
};
struct Derived : Base {
  int c;
};
CACHE_ON_DISK_FIELDS(Derived, a, b, c)
struct Samples : std::vector<double> {
  std::string unit;
};
CACHE_ON_DISK_FIELDS(Samples, unit)
struct Filter {
  char name[8];
  double curve[2][3];
  int number;
};
CACHE_ON_DISK_FIELDS(Filter, name, curve, number)
struct Nested {
  Base base;
};
CACHE_ON_DISK_FIELDS(Nested, base.a, base.b)
struct Everything {
  std::optional<int> maybe;
  std::vector<Base> list;
  cache_on_disk::Value value;
  cache_on_disk::Array<double> array;
  const int constant;
  union {
    int first;
    float second;
  };
};
CACHE_ON_DISK_FIELDS(Everything, maybe, list, value, array, constant, first)

int object;  // hides nothing of the macro's

int main() {}
