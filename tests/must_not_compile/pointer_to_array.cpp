// expect: how many elements
#include <cache_on_disk/cache_on_disk.hpp>

struct Loop {
  cache_on_disk::Cached<double> gain_;
  CACHE_ON_DISK(Loop, gain_)
};

struct Analyzer {
  std::unique_ptr<Loop[]> loops_;
  CACHE_ON_DISK(Analyzer, loops_)
};

void tag(Analyzer& analyzer) { cache_on_disk::set_tag(analyzer, "night"); }
