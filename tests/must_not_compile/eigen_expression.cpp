// expect: an expression that refers to its local variables
#include <cache_on_disk/cache_on_disk.hpp>
#include <cache_on_disk/eigen.hpp>

using namespace cache_on_disk;

struct S {
  CachedRef<Eigen::MatrixXd> f() const {
    return p_([] {
      Eigen::MatrixXd a;
      return a + a;
    });
  }
  Cached<Eigen::MatrixXd> p_;
  CACHE_ON_DISK(S, p_)
};

int main() {}
