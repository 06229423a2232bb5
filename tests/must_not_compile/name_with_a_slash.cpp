// expect: a_name_in_a_walk_must_not_be_empty_or_contain_a_slash
#include <cache_on_disk/cache_on_disk.hpp>

struct Residuals {
  void cache_on_disk_walk(cache_on_disk::core::Walker& walker) const {
    if (cache_on_disk::ClassWalk walk(walker, *this, "Residuals"); walk) walk.member("../modes", modes_);
  }
  cache_on_disk::Cached<double> modes_;
};

void tag(Residuals& residuals) { cache_on_disk::set_tag(residuals, "night"); }
