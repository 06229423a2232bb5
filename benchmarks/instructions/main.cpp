// Does one thing a given number of times; compare.py counts the instructions. Uses the public interface alone, so that it
// compiles against other revisions.
//
//   instructions SCRATCH list            names what there is, and how many times it should be done
//   instructions SCRATCH NAME COUNT
#include <cache_on_disk/cache_on_disk.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using cache_on_disk::Array;
using cache_on_disk::Cached;
using cache_on_disk::CachedRef;

volatile double used;

struct Analyzer {
  explicit Analyzer(bool tagged = true) {
    if (tagged) cache_on_disk::set_tag(*this, "COUNT");
  }
  [[gnu::noipa]] CachedRef<double> number() const {
    return number_([] { return 0.5; });
  }
  CachedRef<Array<double>> array(std::size_t size) const {
    return array_(size, [size] { return Array<double>({size}, std::vector<double>(size, 1.0)); });
  }
  CachedRef<double> by_arguments(int i) const {
    return by_arguments_(i, [i] { return i * 0.5; });
  }
  CachedRef<std::map<std::string, std::vector<double>>> dict() const {
    return dict_([] {
      std::map<std::string, std::vector<double>> all;
      for (int i = 0; i < 16; ++i) all["band " + std::to_string(i)].assign(64, i);
      return all;
    });
  }
  Cached<double> number_;
  Cached<Array<double>(std::size_t)> array_;
  Cached<double(int)> by_arguments_;
  Cached<std::map<std::string, std::vector<double>>> dict_;
  CACHE_ON_DISK(Analyzer, number_, array_, by_arguments_, dict_)
};

struct Root {
  std::vector<Analyzer> all;
  CACHE_ON_DISK(Root, all)
};

std::string end_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(-512, std::ios::end);
  std::string end(512, ' ');
  file.read(end.data(), 512);
  return end;
}

/// Stores a large array whose hits need not check it any more. The first hit does, and has the file marked in the background.
void store_and_mark(const Analyzer& a, std::size_t size) {
  (void)a.array(size);
  a.array_.forget();
  const std::string path = cache_on_disk::get_disk_cacher(a, "array").fullpath(cache_on_disk::Arguments(size));
  const std::string unmarked = end_of(path);
  (void)a.array(size);
  a.array_.forget();
  for (int i = 0; i < 100 && end_of(path) == unmarked; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

struct Task {
  const char* name;
  long count;
  void (*run)(long count);
};

const Task tasks[] = {
    {"memory hit", 100'000,
     [](long count) {
       const Analyzer a;
       for (long i = 0; i < count; ++i) used = *a.number();
     }},
    {"memory hit, by arguments", 20'000,
     [](long count) {
       const Analyzer a;
       for (long i = 0; i < count; ++i) used = *a.by_arguments(3);
     }},
    {"call without a tag", 20'000,
     [](long count) {
       const Analyzer a(false);
       for (long i = 0; i < count; ++i) used = *a.number();
     }},
    {"disk hit, 8 bytes", 1000,
     [](long count) {
       const Analyzer a;
       for (long i = 0; i < count; ++i) {
         used = *a.number();
         a.number_.forget();
       }
     }},
    {"disk hit, array of 1 KiB", 1000,
     [](long count) {
       const Analyzer a;
       for (long i = 0; i < count; ++i) {
         used = (*a.array(128))(0);
         a.array_.forget();
       }
     }},
    {"disk hit, array of 1 MiB, mapped", 1000,
     [](long count) {
       const Analyzer a;
       store_and_mark(a, 131'072);
       for (long i = 0; i < count; ++i) {
         used = (*a.array(131'072))(0);
         a.array_.forget();
       }
     }},
    {"disk hit, dict of 16 arrays", 200,
     [](long count) {
       const Analyzer a;
       for (long i = 0; i < count; ++i) {
         used = a.dict()->size();
         a.dict_.forget();
       }
     }},
    {"store of 8 bytes", 300,
     [](long count) {
       const Analyzer a;
       for (long i = 0; i < count; ++i) used = *a.by_arguments(static_cast<int>(i + 1000));
     }},
    {"store of 1 MiB", 20,
     [](long count) {
       const Analyzer a;
       for (long i = 0; i < count; ++i) used = (*a.array(131'072 + static_cast<std::size_t>(i)))(0);
     }},
    {"set_tag of 100 objects", 50,
     [](long count) {
       Root root;
       for (int i = 0; i < 100; ++i) root.all.emplace_back(false);
       for (long i = 0; i < count; ++i) cache_on_disk::set_tag(root, i % 2 ? "A" : "B");
     }},
    {"clear_cache of 100 objects", 20,
     [](long count) {
       Root root;
       for (int i = 0; i < 100; ++i) root.all.emplace_back(false);
       cache_on_disk::set_tag(root, "CLEAR");
       for (long i = 0; i < count; ++i) cache_on_disk::clear_cache(root);
     }},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  ::setenv("CACHE_ON_DISK_DIR", argv[1], 1);
  const std::string name = argv[2];
  for (const Task& task : tasks) {
    if (name == "list") std::printf("%s\t%ld\n", task.name, task.count);
    if (name == task.name && argc > 3) task.run(std::atol(argv[3]));
  }
}
