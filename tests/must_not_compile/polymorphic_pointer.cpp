// expect: a pointer to this polymorphic class may lead to a derived one
#include <cache_on_disk/cache_on_disk.hpp>

#include <memory>

class Base {
 public:
  virtual ~Base() = default;
  cache_on_disk::Cached<double> seeing_;
  CACHE_ON_DISK(Base, seeing_)  // should be CACHE_ON_DISK_VIRTUAL
};

class Root {
 public:
  std::unique_ptr<Base> part_;
  CACHE_ON_DISK(Root, part_)
};

int main() {
  Root root;
  cache_on_disk::set_tag(root, "20240410");
}
