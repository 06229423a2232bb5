// expect: it compiles
#include <cache_on_disk/cache_on_disk.hpp>

#include <memory>

using cache_on_disk::Cached, cache_on_disk::CachedRef;

class Base {
 public:
  virtual ~Base() = default;
  CACHE_ON_DISK_VIRTUAL(Base)
};

class Derived : public Base {
 public:
  CachedRef<double> seeing() const {
    return seeing_([] { return 0.8; });
  }
  Cached<double> seeing_;
  CACHE_ON_DISK(Derived, bases(Base), seeing_)
};

class Root {
 public:
  std::unique_ptr<Base> part_ = std::make_unique<Derived>();
  CACHE_ON_DISK(Root, part_)
};

double halve(const double& value) { return value / 2; }

int main() {
  Root root;
  cache_on_disk::set_tag(root, "20240410");
  const CachedRef<double> seeing = Derived().seeing();
  return halve(seeing) > 0 ? 0 : 1;
}
