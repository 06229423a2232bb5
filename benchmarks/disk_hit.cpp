// A value from disk while the store is open and the page cache warm: against the bare system calls, other readers of .npy
// files, and embedded stores.
//   disk_hit    the whole value is used
//   disk_slice  one number of the value is used
#include <cstring>
#include <functional>

#include "by_hand.hpp"
#include "disk_values.hpp"
#ifdef BENCH_XTENSOR
#include <xtensor/xarray.hpp>
#include <xtensor/xnpy.hpp>
#endif

namespace bench {
namespace {

class Verifying {
 public:
  explicit Verifying(bool always) : before_(cache_on_disk::options()) {
    cache_on_disk::Options options = before_;
    if (always) options.verify = cache_on_disk::Verify::always;
    cache_on_disk::set_options(options);
  }
  ~Verifying() { cache_on_disk::set_options(before_); }

 private:
  cache_on_disk::Options before_;
};

void our_hits(benchmark::State& state, std::size_t size, bool whole, bool always) {
  Subject& mine = subject(size);
  const Verifying verifying(always);
  for (auto _ : state) {
    benchmark::DoNotOptimize(used(mine.hit(), whole));
    mine.forget();
  }
}

void peer_hits(benchmark::State& state, const Peer& peer, std::size_t size, bool whole) {
  const auto store = peer.open(stored_by(peer, size), Access::read);
  const std::string key = key_of(size);
  for (auto _ : state) use_stored(*store, key, whole);
}

void repeat(benchmark::State& state, const std::function<double()>& action) {
  for (auto _ : state) benchmark::DoNotOptimize(action());
}

template <class Run>
void warm_series(const Size& size, const std::string& who, Run run) {
  const std::size_t n = size.doubles;
  auto* const one = series("disk_hit", size.name, who, [=](auto& state) {
    if (is_huge(n)) have_memory(n);
    run(state);
  });
  if (is_huge(n)) one->Repetitions(5)->Iterations(n > 8 << 20 ? 1 : 5);
  one->UseRealTime();
}

void register_warm(const Size& size) {
  const std::size_t n = size.doubles;
  const auto hit = [&](const std::string& who, auto run) { warm_series(size, who, run); };
  hit("ours", [n](auto& state) { our_hits(state, n, true, false); });
  if (is_large(n)) hit("ours, verify=always", [n](auto& state) { our_hits(state, n, true, true); });
  hit("open fstat read close", [n](auto& state) {
    const std::string path = subject(n).path();
    std::vector<double> buffer(n + room_for_the_rest);
    repeat(state, [&] { return bare_read(path, buffer); });
  });
  if (is_large(n))
    hit("open fstat mmap close", [n](auto& state) {
      const std::string path = subject(n).path();
      repeat(state, [&] { return bare_map(path, true); });
    });
  if (n >= 8 << 10)
    hit("memcpy", [n](auto& state) {  // from memory that holds the value to memory that is there
      const Numbers held = values(n).span();
      std::vector<double> buffer(n);
      repeat(state, [&] {
        std::memcpy(buffer.data(), held.data(), held.size_bytes());
        return use(buffer);
      });
    });
  hit(".npy by hand", [n](auto& state) {
    const std::string path = npy_file(n);
    repeat(state, [&] { return use(load_by_hand(path)); });
  });
#ifdef BENCH_XTENSOR
  hit("xtensor", [n](auto& state) {
    const std::string path = npy_file(n);
    repeat(state, [&] {
      const auto array = xt::load_npy<double>(path);
      return use({array.data(), array.size()});
    });
  });
#endif
  for (const Peer& peer : peers()) hit(peer.name, [=](auto& state) { peer_hits(state, peer, n, true); });
}

void register_slices(const Size& size) {
  const std::size_t n = size.doubles;
  const auto hit = [&](const std::string& who, auto run) { series("disk_slice", size.name, who, run)->UseRealTime(); };
  hit("ours", [n](auto& state) { our_hits(state, n, false, false); });
  hit("open fstat mmap close", [n](auto& state) {
    const std::string path = subject(n).path();
    repeat(state, [&] { return bare_map(path, false); });
  });
#ifdef BENCH_LMDB
  hit("LMDB", [=](auto& state) { peer_hits(state, peers().front(), n, false); });
#endif
}

}  // namespace

void register_disk_hits() {
  for (const Size& size : sizes) {
    if (quick && size.doubles > 8 << 20) continue;
    register_warm(size);
    if (is_large(size.doubles)) register_slices(size);
  }
}

}  // namespace bench
