#include "process/fork.hpp"

#include <pthread.h>

#include <atomic>
#include <map>
#include <new>
#include <tuple>
#include <vector>

namespace cache_on_disk::system {
namespace {

struct Registry {
  std::mutex mutex;
  std::multimap<MutexRank, std::mutex> mutexes;  // never erased from
  std::vector<std::function<void()>> actions;
};

std::atomic<std::uint64_t> forks{0};

void before_fork();
void after_fork_in_parent();
void after_fork_in_child();

Registry& registry() {
  static Registry& leaked = *[] {
    auto fresh = std::make_unique<Registry>();
    if (::pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) != 0) throw std::bad_alloc();
    return fresh.release();
  }();
  return leaked;
}

[[maybe_unused]] const bool is_made_while_loading = (static_cast<void>(registry()), true);  // see lasting()

/// Takes all mutexes, the registry's own last: a thread may hold one of them while it makes another.
void before_fork() {
  Registry& all = registry();
  all.mutex.lock();
  while (true) {
    std::vector<std::mutex*> known;
    for (auto& [rank, mutex] : all.mutexes) known.push_back(&mutex);
    all.mutex.unlock();
    for (std::mutex* mutex : known) mutex->lock();
    all.mutex.lock();
    if (known.size() == all.mutexes.size()) {
      forks.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    for (std::mutex* mutex : known) mutex->unlock();
  }
}

void after_fork_in_parent() {
  Registry& all = registry();
  for (auto mutex = all.mutexes.rbegin(); mutex != all.mutexes.rend(); ++mutex) mutex->second.unlock();
  all.mutex.unlock();
}

void after_fork_in_child() {
  after_fork_in_parent();
  for (const auto& action : registry().actions) action();
}

std::mutex& new_mutex(MutexRank rank) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  return all.mutexes.emplace(std::piecewise_construct, std::tuple(rank), std::tuple())->second;
}

}  // namespace

GlobalMutex::GlobalMutex(MutexRank rank) : mutex_(new_mutex(rank)) {}

std::uint64_t forks_so_far() noexcept { return forks.load(std::memory_order_relaxed); }

void in_forked_child(std::function<void()> action) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  all.actions.push_back(std::move(action));
}

}  // namespace cache_on_disk::system
