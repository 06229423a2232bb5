// A missing value: asked for, computed (by a function that hands out an array it has), stored. Against the best bare way to
// write and rename the same bytes, without any checksum, and embedded stores. Each time a new name; taken away again
// outside the clock. Before a large one everything is synced, and memory at hand: the kernel slows whoever writes while many
// pages are still to be written, and those would be the ones of the sample before, whosever it was.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "peers.hpp"
#include "support.hpp"

namespace bench {
namespace {

using cache_on_disk::Array;

bool is_large(std::size_t doubles) { return doubles >= 8 << 20; }

void settle_before(std::size_t doubles) {
  if (!is_large(doubles)) return;
  ::sync();
  have_memory(doubles);
}

template <class T, class Compute>
void our_stores(benchmark::State& state, std::size_t size, const std::string& tag, Compute compute) {
  Holder<T> holder(tag);
  timed(state, [&] { cache_on_disk::clear_cache(holder), settle_before(size); }, [&] { holder.value(compute); });
  cache_on_disk::clear_cache(holder);
}

void bare_stores(benchmark::State& state, std::size_t size) {
  const auto bytes = std::as_bytes(values(size).span());
  const std::string temporary = scratch_directory() + "/bare.tmp";
  const std::string final_name = scratch_directory() + "/bare.npy";
  const auto write = [&] {
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    // Reserving the room first is the whole secret of fast writing on ext4; small files do better without.
    if (bytes.size() >= (1 << 18)) (void)::fallocate(file, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes.size()));
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t count = ::write(file, bytes.data() + at, std::min(bytes.size() - at, std::size_t{1} << 20));
      if (count <= 0) throw std::runtime_error("cannot write");
      at += static_cast<std::size_t>(count);
    }
    ::close(file);
    ::rename(temporary.c_str(), final_name.c_str());
  };
  timed(state, [&] { ::unlink(final_name.c_str()), settle_before(size); }, write);
  ::unlink(final_name.c_str());
}

void peer_stores(benchmark::State& state, const Peer& peer, std::size_t size) {
  const std::string directory = scratch_directory() + "/store " + peer.name;
  {
    const auto store = peer.open(directory, Access::store);
    timed(
        state, [&] { store->remove("value"), settle_before(2 * size); },  // RocksDB writes each value twice
        [&] {
          if (!store->get("value", [](auto) {})) store->put("value", std::as_bytes(values(size).span()));
        });
  }
  std::filesystem::remove_all(directory);
}

}  // namespace

void register_stores() {
  for (const Size& size : sizes) {
    const std::size_t n = size.doubles;
    if (quick && n > 8 << 20) continue;
    const auto store = [&](const std::string& who, auto run) {
      auto* const one = series("store", size.name, who, run)->UseManualTime();
      if (is_large(n)) one->Repetitions(5)->Iterations(n > 8 << 20 ? 1 : 2);
    };
    store("ours", [n](auto& state) {
      if (n == 1)
        our_stores<double>(state, n, "S8", [] { return values(1)(0); });
      else
        our_stores<Array<double>>(state, n, "S" + std::to_string(n), [n] { return values(n); });
    });
    store("open write close rename", [n](auto& state) { bare_stores(state, n); });
    for (const Peer& peer : peers()) store(peer.name, [=](auto& state) { peer_stores(state, peer, n); });
  }
}

}  // namespace bench
