// expect: CACHE_ON_DISK_FIELDS.Fit, .... does not list all fields
#include <cache_on_disk/cache_on_disk.hpp>

#include <string>
#include <vector>

struct Fit {
  double slope;
  std::vector<std::string> stars;
  double chi_squared;
};
CACHE_ON_DISK_FIELDS(Fit, slope, stars)

int main() {}
