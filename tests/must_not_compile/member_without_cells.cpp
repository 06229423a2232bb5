// expect: this member leads to nothing that can be cached
#include <cache_on_disk/cache_on_disk.hpp>

struct Residuals {
  std::vector<double> slopes_;
  cache_on_disk::Cached<double> seeing_;
  CACHE_ON_DISK(Residuals, slopes_, seeing_)
};

void tag(Residuals& residuals) { cache_on_disk::set_tag(residuals, "night"); }
