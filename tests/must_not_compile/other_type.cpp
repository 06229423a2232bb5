// expect: the function must return this cell's type
#include <cache_on_disk/cache_on_disk.hpp>

#include <string>

class Analyzer {
 public:
  auto seeing() const {
    return seeing_([] { return std::string("good"); });
  }
  cache_on_disk::Cached<double> seeing_;
  CACHE_ON_DISK(Analyzer, seeing_)
};

int main() { Analyzer().seeing(); }
