// What a fork does to the library: its mutexes are taken before and freed after on both sides, so that a child
// never inherits one in the hands of a thread it does not have.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

namespace cache_on_disk::system {

/// The order in which the library's global mutexes may be taken, outermost first; a fork takes them in this order.
enum class MutexRank { flights, slots, contexts, directories, marks, locks, ledger, groups, trouble, process };

/// A mutex of process-wide state. No user code runs under it. The mutex itself is never destroyed, even if its
/// GlobalMutex is (because what it was to guard could not be made, say): a fork may be taking it. So each one takes
/// memory for good, and belongs into a lasting state. Throws std::bad_alloc when constructed.
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

/// How many forks this process and those it comes from have begun. Under a GlobalMutex none begins.
std::uint64_t forks_so_far() noexcept;

namespace detail {
template <class State>
State& made_for_good() {
  auto fresh = std::make_unique<State>();
  if constexpr (requires { fresh->after_fork_in_child(); })
    in_forked_child([state = fresh.get()] { state->after_fork_in_child(); });
  return *fresh.release();
}
template <class State>
struct MadeWhileLoading;
}  // namespace detail

/// Process-wide state, one of each type: default-constructed while the program is loaded, never destroyed, and put right by its
/// after_fork_in_child(), if it has one, in every forked child. It is not made at its first use, because a fork by another thread
/// right then would leave the child with a state that is being made for ever, and whose next user there waits for that. So
/// whatever a function would keep in a static variable that is not a constant expression belongs into one of these.
template <class State>
State& lasting() {
  static_cast<void>(&detail::MadeWhileLoading<State>::done);
  static State& state = detail::made_for_good<State>();  // for those who come while others are still being loaded
  return state;
}

template <class State>
struct detail::MadeWhileLoading {
  static inline const bool done = (static_cast<void>(lasting<State>()), true);
};

}  // namespace cache_on_disk::system
