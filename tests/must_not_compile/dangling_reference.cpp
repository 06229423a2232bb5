// expect: may dangle: return or keep the CachedRef<T>, or copy with
#include <cache_on_disk/cache_on_disk.hpp>

class Analyzer {
 public:
  const std::vector<double>& modes() const {
    return modes_([] { return std::vector<double>{0.8}; });  // should return CachedRef<std::vector<double>>
  }
  cache_on_disk::Cached<std::vector<double>> modes_;
  CACHE_ON_DISK(Analyzer, modes_)
};

int main() { return Analyzer().modes().empty() ? 0 : 1; }
