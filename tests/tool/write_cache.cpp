// Fills caches as a program does that uses the library, for the tests of the tool.
//
//   write_cache DIR store TAG [VERSION]   stores the values of a few methods
//   write_cache DIR compute TAG           begins to compute one, says so, and goes on until its input ends
//   write_cache DIR read TAG LOG          reads them again, twice each, and logs every hit
#include <cache_on_disk/cache_on_disk.hpp>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

using cache_on_disk::Array, cache_on_disk::Cached, cache_on_disk::CachedRef;

namespace {

struct Loop {
  CachedRef<Array<double>> modes() const {
    return modes_([this] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      return Array<double>({3, 4}, [this](std::span<double> all) {
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = scale * 0.5 * static_cast<double>(i);
      });
    });
  }
  CachedRef<double> gain() const {
    return gain_([] { return 0.25; });
  }
  CachedRef<double> power(int mode) const {
    return power_(mode, [mode] { return mode * 1.5; });
  }
  CachedRef<Array<float>> large() const {
    return large_([] { return Array<float>({1 << 20}, [](std::span<float> all) { all[7] = 1; }); });
  }
  CachedRef<double> slow() const {
    return slow_([] {
      std::puts("computing");
      std::fflush(stdout);
      while (std::getchar() != EOF) {
      }
      return 1.0;
    });
  }
  double scale = 1;

  Cached<Array<double>> modes_;
  Cached<double> gain_;
  Cached<double(int)> power_;
  Cached<Array<float>> large_;
  Cached<double> slow_;
  CACHE_ON_DISK(Loop, modes_, gain_, power_, large_, slow_)
};

void call_all(const Loop& loop) {
  (void)*loop.modes();
  (void)*loop.gain();
  for (const int mode : {1, 2}) (void)*loop.power(mode);
  (void)*loop.large();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::string what = argv[2];
  if (what == "read") cache_on_disk::set_logfile(argv[4], cache_on_disk::LogLevel::debug);
  Loop loop;
  if (what == "store" && argc > 4) loop.scale = std::stod(argv[4]);
  cache_on_disk::set_tmpdir(loop, argv[1]);
  cache_on_disk::set_tag(loop, argv[3]);
  if (what == "compute") {
    (void)*loop.slow();
  } else {
    call_all(loop);
    if (what == "read") call_all(loop);
  }
  return 0;
}
