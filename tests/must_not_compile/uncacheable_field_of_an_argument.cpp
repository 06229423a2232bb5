// expect: an argument of a cached method must be a bool, number, enum
#include <cache_on_disk/cache_on_disk.hpp>

struct Options {
  int order;
};
struct Settings {
  double gain;
  Options options;
};
CACHE_ON_DISK_FIELDS(Settings, gain, options)

auto name(const Settings& settings) { return cache_on_disk::Arguments(settings); }
