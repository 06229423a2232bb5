// expect: Conversion<T> needs a static function .from.
#include <cache_on_disk/cache_on_disk.hpp>

struct Angle {
  double degrees;
};
template <>
struct cache_on_disk::Conversion<Angle> {
  static double to(const Angle& angle) { return angle.degrees; }
};

cache_on_disk::Cached<std::vector<Angle>> angles;

int main() {}
