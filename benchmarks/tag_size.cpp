// A hit in a tag that holds 1 to 1,000,000 values of 8 bytes; and the time to clear it, per value.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <random>

#include "peers.hpp"
#include "support.hpp"

namespace bench {
namespace {

using cache_on_disk::Cached;

class Bands {
 public:
  explicit Bands(std::size_t count) : count_(count) {
    cache_on_disk::set_tmpdir(*this, scratch_directory());
    cache_on_disk::set_tag(*this, fmt::format("TAG{}", count));
  }
  std::size_t count() const { return count_; }
  double band(std::size_t number) const {
    return read(*band_(number, [number] { return static_cast<double>(number); }));
  }
  void fill() const {
    for (std::size_t i = 0; i < count_; ++i) band(i);
  }
  void forget() const { band_.forget(); }

 private:
  std::size_t count_;
  Cached<double(std::size_t)> band_;
  CACHE_ON_DISK(Bands, band_)
};

Bands& bands(std::size_t count) {
  static std::map<std::size_t, std::unique_ptr<Bands>> made;
  auto& one = made[count];
  if (!one) {
    one = std::make_unique<Bands>(count);
    one->fill();
    one->forget();
  }
  return *one;
}

std::string key_of(std::size_t number) { return fmt::format("root.Bands.band({})", number); }

void fill(Store& store, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<double>(i);
    store.put(key_of(i), std::as_bytes(std::span(&number, 1)));
  }
  store.settle();
}

Store& filled(const Peer& peer, std::size_t count) {
  static auto& made = *new std::map<std::string, std::unique_ptr<Store>>;  // RocksDB is not to be closed at exit
  const std::string directory = fmt::format("{}/{} of {}", scratch_directory(), peer.name, count);
  auto& one = made[directory];
  if (!one) {
    auto store = peer.open(directory, Access::write);
    fill(*store, count);
    store.reset();
    one = peer.open(directory, Access::read);
  }
  return *one;
}

/// Fills with the clock off, clears with it on; reports the time of one value.
template <class Fill, class Clear>
void clearing(benchmark::State& state, std::size_t count, Fill fill, Clear clear) {
  for (auto _ : state) {
    fill();
    const auto start = std::chrono::steady_clock::now();
    clear();
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    state.SetIterationTime(passed.count() / static_cast<double>(count));
  }
}

void register_clearing(std::size_t count) {
  const auto one = [&](const std::string& who, auto run) {
    series("clear_values", fmt::format("{} values", count), who, run)
        ->UseManualTime()
        ->Iterations(1)
        ->Repetitions(count > 10'000 ? 1 : 5);  // filling takes longer than anyone waits
  };
  one("ours", [=](auto& state) {
    Bands subject(count);
    clearing(state, count, [&] { subject.fill(); }, [&] { cache_on_disk::clear_cache(subject); });
  });
  for (const Peer& peer : peers())
    one(peer.name, [=](auto& state) {
      const std::string directory = fmt::format("{}/{} to clear", scratch_directory(), peer.name);
      {
        const auto store = peer.open(directory, Access::write);
        clearing(state, count, [&] { fill(*store, count); }, [&] { store->remove_all(); });
        if (store->get(key_of(0), [](auto) {})) throw std::logic_error("not cleared");
      }
      std::filesystem::remove_all(directory);
    });
}

}  // namespace

void register_tag_sizes() {
  for (const std::size_t count : {1, 1000, 100'000, 1'000'000}) {
    if (quick && count > 1000) continue;
    const std::string which = fmt::format("{} values", count);
    series("tag_size", which, "ours", [=](auto& state) {
      Bands& subject = bands(count);
      std::mt19937_64 random(1);
      for (auto _ : state) {
        subject.band(random() % count);
        subject.forget();
      }
    })->UseRealTime();
    for (const Peer& peer : peers())
      series("tag_size", which, peer.name, [=](auto& state) {
        Store& store = filled(peer, count);
        std::mt19937_64 random(1);
        for (auto _ : state)
          store.get_stored(key_of(random() % count),
                           [](auto bytes) { read(*reinterpret_cast<const double*>(bytes.data())); });
      })->UseRealTime();
    if (count < 1'000'000) register_clearing(count);  // a million files to make and delete: longer than all else here
  }
}

}  // namespace bench
