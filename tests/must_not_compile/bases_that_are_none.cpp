// expect: takes base classes of this class
#include <cache_on_disk/cache_on_disk.hpp>

struct Device {
  cache_on_disk::Cached<double> seeing_;
  CACHE_ON_DISK(Device, seeing_)
};

struct Residuals {
  cache_on_disk::Cached<double> modes_;
  CACHE_ON_DISK(Residuals, bases(Device), modes_)
};

void tag(Residuals& residuals) { cache_on_disk::set_tag(residuals, "night"); }
