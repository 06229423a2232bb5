// Storing, against the best bare way to write and rename the same bytes, without any checksum.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

#include "cache_on_disk/cache_on_disk.hpp"
#include "ratio_table.hpp"

namespace {

using cache_on_disk::Array;
using cache_on_disk::Cached;

const Array<double>& values(std::size_t size) {
  static Array<double> large({std::size_t{1} << 25}, std::vector<double>(std::size_t{1} << 25, 0.25));
  static Array<double> small({128}, std::vector<double>(128, 0.25));
  return size == 128 ? small : large;
}

class Holder {
 public:
  void call(std::size_t size) {
    cell_([&] { return values(size); });
  }

 private:
  Cached<Array<double>> cell_;
  CACHE_ON_DISK(Holder, cell_)
};

void store(benchmark::State& state, const char* tag, std::size_t size) {
  Holder holder;
  cache_on_disk::set_tmpdir(holder, bench::scratch_directory());
  cache_on_disk::set_tag(holder, tag);
  values(size);
  for (auto _ : state) {
    holder.call(size);
    state.PauseTiming();
    cache_on_disk::clear_cache(holder);
    state.ResumeTiming();
  }
}
void store_256MiB(benchmark::State& state) { store(state, "S256", std::size_t{1} << 25); }
BENCHMARK(store_256MiB)->Unit(benchmark::kMillisecond);
void store_1KiB(benchmark::State& state) { store(state, "S1", 128); }
BENCHMARK(store_1KiB);

void bare_store(benchmark::State& state, std::size_t size) {
  const auto bytes = std::as_bytes(values(size).span());
  const std::string temporary = bench::scratch_directory() + "/bare.tmp";
  const std::string final_name = bench::scratch_directory() + "/bare.npy";
  for (auto _ : state) {
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    // Reserving the room first is the whole secret of fast writing on ext4; small files do better without.
    if (bytes.size() >= (1 << 18))
      (void)::fallocate(file, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes.size()));
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t count =
          ::write(file, bytes.data() + at, std::min(bytes.size() - at, std::size_t{1} << 20));
      if (count <= 0) return state.SkipWithError("cannot write");
      at += static_cast<std::size_t>(count);
    }
    ::close(file);
    ::rename(temporary.c_str(), final_name.c_str());
    state.PauseTiming();
    ::unlink(final_name.c_str());
    state.ResumeTiming();
  }
}
void bare_store_256MiB(benchmark::State& state) { bare_store(state, std::size_t{1} << 25); }
BENCHMARK(bare_store_256MiB)->Unit(benchmark::kMillisecond);
void bare_store_1KiB(benchmark::State& state) { bare_store(state, 128); }
BENCHMARK(bare_store_1KiB);

}  // namespace
