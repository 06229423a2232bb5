// The first hit of a process, from a warm disk, against the bare system calls.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "cache_on_disk/cache_on_disk.hpp"
#include "entry/durable_mark.hpp"
#include "ratio_table.hpp"

namespace {

using cache_on_disk::Array;
using cache_on_disk::Cached;

template <class T>
class Holder {
 public:
  explicit Holder(const char* tag) {
    cache_on_disk::set_tmpdir(*this, bench::scratch_directory());
    cache_on_disk::set_tag(*this, tag);
  }
  template <class F>
  const T& value(F&& compute) {
    return *(ref_ = cell_(compute));
  }
  void forget() { cell_.forget(); }
  std::string path() const { return cache_on_disk::get_disk_cacher(*this, "cell").fullpath(); }

 private:
  Cached<T> cell_;
  cache_on_disk::CachedRef<T> ref_{static_cast<cache_on_disk::detail::Holder<T>*>(nullptr)};
  CACHE_ON_DISK(Holder, cell_)
};

Array<double> ones(std::size_t size) { return Array<double>({size}, std::vector<double>(size, 1.0)); }

/// Hits of a stored array; only its first element is used, as by a caller who wants a slice.
void hit_array(benchmark::State& state, const char* tag, std::size_t size) {
  Holder<Array<double>> holder(tag);
  for (int i = 0; i < 3; ++i) {  // stored, checked once, marked
    benchmark::DoNotOptimize(holder.value([&] { return ones(size); }).data());
    holder.forget();
    cache_on_disk::entry::wait_for_marks();
  }
  const auto must_not_run = []() -> Array<double> { throw std::logic_error("a miss"); };
  for (auto _ : state) {
    benchmark::DoNotOptimize(holder.value(must_not_run).data()[0]);
    holder.forget();
  }
}

void disk_hit_8B(benchmark::State& state) {
  Holder<double> holder("D8");
  holder.value([] { return 0.5; });
  for (auto _ : state) {
    holder.forget();
    benchmark::DoNotOptimize(holder.value([]() -> double { throw std::logic_error("a miss"); }));
  }
}
BENCHMARK(disk_hit_8B);

void disk_hit_1KiB(benchmark::State& state) { hit_array(state, "D1K", 128); }
BENCHMARK(disk_hit_1KiB);
void disk_hit_1MiB(benchmark::State& state) { hit_array(state, "D1M", (1 << 17) + 64); }
BENCHMARK(disk_hit_1MiB);
void disk_hit_1GiB(benchmark::State& state) { hit_array(state, "D1G", 1 << 27); }
BENCHMARK(disk_hit_1GiB);

/// What a program cannot do without: open, ask for the size, read, close.
void bare_read(benchmark::State& state, const char* tag, std::size_t size) {
  std::string path;
  if (size == 0) {
    Holder<double> holder(tag);
    holder.value([] { return 0.5; });
    path = holder.path();
  } else {
    Holder<Array<double>> holder(tag);
    holder.value([&] { return ones(size); });
    path = holder.path();
  }
  std::vector<char> buffer(1 << 16);
  for (auto _ : state) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    ::fstat(file, &status);
    benchmark::DoNotOptimize(::read(file, buffer.data(), static_cast<std::size_t>(status.st_size)));
    ::close(file);
  }
}
void bare_read_8B(benchmark::State& state) { bare_read(state, "D8", 0); }
BENCHMARK(bare_read_8B);
void bare_read_1KiB(benchmark::State& state) { bare_read(state, "D1K", 128); }
BENCHMARK(bare_read_1KiB);

}  // namespace
