// The first value that a process gets from disk: against the bare system calls and embedded stores.
//   first_hit  the store is opened, or an object made and tagged, and one value got, the page cache warm; closing is off the
//              clock
//   disk_cold  the same, and its pages must come from the disk: the first process after the machine has started
#include <filesystem>
#include <memory>

#include "by_hand.hpp"
#include "disk_values.hpp"
#include "store/tag_directory.hpp"

namespace bench {
namespace {

/// Makes our next hit open the tag directory, as the first one of a process does.
void forget_directory(const Subject& mine) {
  cache_on_disk::entry::forget_tag_directory(
      {scratch_directory(), std::filesystem::path(mine.path()).parent_path().filename(), {}});
}

void register_first(const Size& size) {
  const std::size_t n = size.doubles;
  series("first_hit", size.name, "ours", [n](auto& state) {
    const Subject& mine = subject(n);
    std::unique_ptr<Subject> fresh;
    timed(
        state, [&] { fresh.reset(), forget_directory(mine); },
        [&] { benchmark::DoNotOptimize(use((fresh = mine.another())->hit())); });
  })->UseManualTime();
  for (const Peer& peer : peers())
    series("first_hit", size.name, peer.name, [=](auto& state) {
      const std::string directory = stored_by(peer, n), key = key_of(n);
      std::unique_ptr<Store> store;
      timed(state, [&] { store.reset(); }, [&] { use_stored(*(store = peer.open(directory, Access::read)), key); });
    })->UseManualTime();
}

void register_cold(const Size& size) {
  const std::size_t n = size.doubles;
  const auto cold = [&](const std::string& who, auto run) {
    auto* const one = series("disk_cold", size.name, who, run)->UseManualTime()->Repetitions(5);
    one->Iterations(n > 8 << 20 ? 1 : 5);
  };
  cold("ours", [n](auto& state) {
    Subject& mine = subject(n);
    std::unique_ptr<Subject> fresh;
    mine.forget();  // what is mapped stays in memory
    timed(
        state, [&] { fresh.reset(), forget_directory(mine), drop_pages(mine.path()), have_memory(n); },
        [&] { benchmark::DoNotOptimize(use((fresh = mine.another())->hit())); });
  });
  cold("open fstat read close", [n](auto& state) {
    const std::string path = subject(n).path();
    std::vector<double> buffer(n + room_for_the_rest);
    subject(n).forget();
    timed(state, [&] { drop_pages(path), have_memory(n); }, [&] { benchmark::DoNotOptimize(bare_read(path, buffer)); });
  });
  for (const Peer& peer : peers())
    cold(peer.name, [=](auto& state) {
      const std::string directory = stored_by(peer, n), key = key_of(n);
      std::unique_ptr<Store> store;
      timed(
          state,
          [&] {
            store.reset();  // what is mapped stays in memory
            for (const auto& file : std::filesystem::directory_iterator(directory)) drop_pages(file.path());
            have_memory(n);
          },
          [&] { use_stored(*(store = peer.open(directory, Access::read_cold)), key); });
    });
}

}  // namespace

void register_first_hits() {
  for (const Size& size : sizes) {
    if (quick && size.doubles > 8 << 20) continue;
    if (size.doubles <= 8 << 20) register_first(size);
    register_cold(size);
  }
}

}  // namespace bench
