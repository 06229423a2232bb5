// expect: this base class needs a CACHE_ON_DISK
#include <cache_on_disk/cache_on_disk.hpp>

struct Device {
  cache_on_disk::Cached<double> seeing_;
};

struct Residuals : Device {
  cache_on_disk::Cached<double> modes_;
  CACHE_ON_DISK(Residuals, bases(Device), modes_)
};

void tag(Residuals& residuals) { cache_on_disk::set_tag(residuals, "night"); }
