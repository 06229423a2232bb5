// A program that somebody else wrote: it knows the public headers and links the library.
#include <cache_on_disk/cache_on_disk.hpp>
#include <cache_on_disk/version.hpp>

#include <stdlib.h>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#ifdef EIGEN_WORLD_VERSION
#error "the public headers include Eigen"
#endif

using cache_on_disk::Cached, cache_on_disk::CachedRef;

int computed = 0;

class Telescope {
 public:
  CachedRef<double> diameter() const {
    return diameter_([] { return ++computed, 8.4; });
  }
  CachedRef<std::vector<int>> powers(int base) const {
    return powers_(base, [base] { return ++computed, std::vector{1, base, base * base}; });
  }

 private:
  Cached<double> diameter_;
  Cached<std::vector<int>(int)> powers_;
  CACHE_ON_DISK(Telescope, diameter_, powers_)
};

// What a new process sees: an object without buffered values.
bool gives_the_values(const std::string& directory) {
  Telescope telescope;
  cache_on_disk::set_tmpdir(telescope, directory);
  cache_on_disk::set_tag(telescope, "20240410");
  return *telescope.diameter() == 8.4 && *telescope.powers(3) == std::vector{1, 3, 9};
}

int main() {
  std::string directory = (std::filesystem::temp_directory_path() / "consumer.XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return 1;
  const bool right = gives_the_values(directory) && gives_the_values(directory);
  std::printf("cache_on_disk %s: computed %d of 4 values\n", cache_on_disk::library_version, computed);
  std::filesystem::remove_all(directory);
  return right && computed == 2 ? 0 : 1;
}
