// expect: a cell is a member of a class, whose CACHE_ON_DISK
#include <cache_on_disk/cache_on_disk.hpp>

struct Residuals {
  std::vector<cache_on_disk::Cached<double>> cells_;
  CACHE_ON_DISK(Residuals, cells_)
};

void tag(Residuals& residuals) { cache_on_disk::set_tag(residuals, "night"); }
