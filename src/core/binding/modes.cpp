#include "binding/modes.hpp"

#include <mutex>
#include <set>

#include "binding/binding.hpp"
#include "cache_on_disk/detail/core/cell.hpp"
#include "process/fork.hpp"

namespace cache_on_disk::core {
namespace {

std::atomic<std::uint32_t> era{0};
constexpr std::uint32_t being_dropped = 1;  // with an era: the values from before it are on their way out

struct RefreshedEntries {
  system::GlobalMutex mutex{system::MutexRank::ledger};
  std::uint32_t era = 0;
  std::set<entry::Hash128> hashes;
};

RefreshedEntries& refreshed_entries() { return system::lasting<RefreshedEntries>(); }

}  // namespace

std::uint32_t refresh_era() noexcept { return era.load(std::memory_order_acquire); }

void note_mode(Mode before, Mode now) {
  if (now == Mode::refresh && before != now) era.fetch_add(2, std::memory_order_acq_rel);
  // In a process that has begun under Mode::refresh nothing in memory is old.
  system::send_hits_the_long_way(system::hits_depend_on_mode,
                                 now == Mode::off || (now == Mode::refresh && refresh_era() != 0));
}

bool was_refreshed(const entry::Hash128& entry) {
  RefreshedEntries& all = refreshed_entries();
  const std::lock_guard lock(all.mutex);
  return all.era == refresh_era() && all.hashes.contains(entry);
}

void remember_refreshed(const entry::Hash128& entry) {
  RefreshedEntries& all = refreshed_entries();
  const std::lock_guard lock(all.mutex);
  if (all.era != refresh_era()) all.hashes.clear();
  all.era = refresh_era();
  all.hashes.insert(entry);
}

bool mode_allows_memory(const Cell& cell) noexcept {
  if (is_mode_off()) return false;
  const Binding* const binding = cell.binding().get();
  return binding == nullptr || binding->drop_older_than(refresh_era(), cell);
}

bool is_mode_off() noexcept { return options().mode == Mode::off; }

// Callers that come while one of them drops the old value do without what is in memory.
bool Binding::drop_older_than(std::uint32_t wanted, const Cell& cell) const noexcept {
  std::uint32_t known = era_.load(std::memory_order_acquire);
  if (known == wanted) return true;
  if ((known & being_dropped) != 0) return false;
  if (!era_.compare_exchange_strong(known, wanted | being_dropped)) return false;
  cell.forget();
  era_.store(wanted, std::memory_order_release);
  return true;
}

}  // namespace cache_on_disk::core
