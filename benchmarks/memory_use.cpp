// How much memory things take. Prints lines of scenario, case, who, value, unit, separated by tabs.
//
//   memory_use SCRATCH instances         bytes of heap for each tagged object
//   memory_use SCRATCH store|load        growth of the peak while 256 MiB are stored, or loaded and used
#include <cache_on_disk/cache_on_disk.hpp>

#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace {

using cache_on_disk::Array;
using cache_on_disk::Cached;

constexpr std::size_t many = 100'000, large = 32 << 20;

struct Loop {
  double gain() const {
    return *gain_([] { return 0.5; });
  }
  Cached<double> gain_;
  CACHE_ON_DISK(Loop, gain_)
};
struct Root {
  std::vector<Loop> loops;
  CACHE_ON_DISK(Root, loops)
};

struct Holder {
  const Array<double>& value() {
    return *ref.emplace(cell([] {
      return Array<double>({large}, [](auto all) {
        std::ranges::fill(all, 0.0);  // pages that nobody wrote would take no memory
        all[large / 2] = 1;
      });
    }));
  }
  Cached<Array<double>> cell;
  std::optional<cache_on_disk::CachedRef<Array<double>>> ref;
  CACHE_ON_DISK(Holder, cell)
};

/// A line of /proc/self/status, in bytes.
double status(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key + ":")) return std::atof(line.c_str() + key.size() + 1) * 1024;
  return 0;
}

void say(const char* which, const char* who, double value) {
  std::printf("memory_use\t%s\t%s\t%.17g\tB\n", which, who, value);
}

void instances() {
  const auto heap = [] { return static_cast<double>(::mallinfo2().uordblks); };
  Root root;
  root.loops.resize(many);
  const double untagged = heap();
  cache_on_disk::set_tag(root, "MEMORY");
  const double tagged = heap();
  cache_on_disk::Options options;
  options.mode = cache_on_disk::Mode::readonly;
  cache_on_disk::set_options(options);
  for (const Loop& loop : root.loops) (void)loop.gain();
  say("an untagged cell (C++)", "ours", sizeof(Cached<double>));
  say("each tagged cell of 100,000, beyond that", "ours", (tagged - untagged) / many);
  say("each with its value in memory, beyond that", "ours", (heap() - tagged) / many);
}

void transfer(const std::string& what) {
  Holder holder;
  cache_on_disk::set_tag(holder, "LARGE");
  if (what == "store") {
    // The function's own array is what it is about: taken off.
    holder.value();
    say("peak of storing 256 MiB, beyond the array (C++)", "ours", status("VmHWM") - large * 8.0);
    return;
  }
  const double before = status("VmHWM");
  double sum = 0;
  for (const double number : holder.value()) sum += number;
  if (sum != 1) std::abort();
  say("peak of loading 256 MiB, all used (C++)", "ours", status("VmHWM") - before);
  say("... of which no other process shares", "ours", status("RssAnon"));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  ::setenv("CACHE_ON_DISK_DIR", argv[1], 1);
  const std::string what = argv[2];
  if (what == "instances")
    instances();
  else
    transfer(what);
}
