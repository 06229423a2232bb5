// expect: [Rr]eturning reference to (temporary|local temporary)
#include <cache_on_disk/cache_on_disk.hpp>

class Analyzer {
 public:
  const double& seeing() const {
    return seeing_([] { return 0.8; });  // should return double or CachedRef<double>
  }
  cache_on_disk::Cached<double> seeing_;
  CACHE_ON_DISK(Analyzer, seeing_)
};

int main() { return Analyzer().seeing() > 0 ? 0 : 1; }
