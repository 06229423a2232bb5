// What a fork does to the library: its mutexes are taken before and freed after on both sides, so that a child
// never inherits one in the hands of a thread it does not have.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

namespace cache_on_disk::system {

/// The order in which the library's global mutexes may be taken, outermost first; a fork takes them in this order.
enum class MutexRank {
  flights,
  slots,
  contexts,
  directories,
  marks,
  locks,
  ledger,
  groups,
  trouble,
  process
};

/// A mutex of process-wide state. No user code runs under it. The mutex itself is never destroyed, even if its
/// GlobalMutex is (because what it was to guard could not be made, say): a fork may be taking it. So each one takes
/// memory for good, and belongs into a static. Throws std::bad_alloc when constructed.
class GlobalMutex {
 public:
  explicit GlobalMutex(MutexRank rank);
  GlobalMutex(const GlobalMutex&) = delete;
  GlobalMutex& operator=(const GlobalMutex&) = delete;

  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }
  bool try_lock() { return mutex_.try_lock(); }

 private:
  std::mutex& mutex_;
};

/// Runs `action` in every forked child, on its one thread, after the mutexes are free again. For ever.
/// Throws std::bad_alloc, and then has not taken it.
void in_forked_child(std::function<void()> action);

/// Makes process-wide state that is never destroyed, and is put right by `in_child` in every forked child.
template <class State, class Action>
State& leaked_with_fork_action(Action in_child) {
  auto fresh = std::make_unique<State>();
  in_forked_child([state = fresh.get(), in_child] { in_child(*state); });
  return *fresh.release();
}

}  // namespace cache_on_disk::system
