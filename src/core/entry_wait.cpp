#include "core/entry_wait.hpp"

#include <fmt/format.h>

#include "core/log.hpp"
#include "system/errors.hpp"

namespace cache_on_disk::core {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds wait_slice{100};
constexpr seconds patience_with_stopped{5};
constexpr seconds say_whom_after{10};

/// What is learnt of the holder while waiting for it.
class HolderWatch {
 public:
  HolderWatch(const entry::EntryLock& lock, const Binding& binding) : lock_(lock), binding_(binding) {}

  /// Looks at the holder's record; true once it has been stopped for too long.
  bool is_stopped_for_good() {
    const auto now = Clock::now();
    const auto holder = lock_.holder();
    if (!said_ && now - start_ >= say_whom_after) {
      said_ = true;
      log(LogLevel::info, binding_,
          holder ? fmt::format("waits for process {} on {}, which computes it", holder->process.pid,
                               holder->process.host)
                 : std::string("waits for another process that computes it"));
    }
    const bool stopped = holder && system::state_of(holder->process) == system::ProcessState::stopped;
    if (!stopped) last_seen_running_ = now;
    return now - last_seen_running_ >= patience_with_stopped;
  }

 private:
  const entry::EntryLock& lock_;
  const Binding& binding_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_seen_running_ = start_;
  bool said_ = false;
};

/// The file an entry would be read from; none if it is missing.
std::optional<system::FileStatus> status_of(const entry::TagDirectory& directory, const std::string& file) {
  system::FileStatus status;
  if (system::status_at(directory.descriptor(), file.c_str(), status) != 0) return std::nullopt;
  return status;
}

LockedAs without_lock(const entry::EntryLock& lock, const entry::TagDirectory& directory,
                      const Binding& binding) {
  report({directory.path(), "no locks",
          "cannot lock entries, so values may be computed twice: " + system::describe(lock.error())});
  log(LogLevel::info, binding, "computes without a lock");
  return LockedAs::without;
}

}  // namespace

LockedAs lock_entry(entry::EntryLock& lock, const entry::TagDirectory& directory, const Binding& binding,
                    const FlightKey& key, const std::string& file, Call& call,
                    std::optional<Clock::time_point> deadline, bool& waited) {
  using State = entry::EntryLock::State;
  State state = lock.try_acquire();
  if (state == State::held) return LockedAs::holder;
  if (state == State::unavailable) return without_lock(lock, directory, binding);

  waited = true;
  ++binding.counters().waited;
  log(LogLevel::debug, binding, "waits for another process");
  const Callers callers = call.callers();
  const WaitMark mark(callers, key);
  HolderWatch watch(lock, binding);
  const auto before = status_of(directory, file);
  bool cycle_seen = false;
  while (true) {
    call.before_wait();
    state = lock.wait(wait_slice);
    call.after_wait();
    if (state == State::held) return LockedAs::holder;
    if (state == State::unavailable) return without_lock(lock, directory, binding);
    if (call.interrupted()) return LockedAs::interrupted;
    if (state == State::interrupted) continue;
    if (deadline && Clock::now() >= *deadline) {
      log(LogLevel::info, binding, "has waited long enough, and computes it here as well");
      return LockedAs::without;
    }
    if (watch.is_stopped_for_good()) {
      log(LogLevel::info, binding, "passes over a stopped process, and computes it here as well");
      return LockedAs::without;
    }
    // Where the kernel does not wake us, the entry itself may be there before the lock is; the file that was there when the
    // wait began has been looked at.
    if (directory.on_network()) {
      (void)directory.ask_again();
      if (const auto now = status_of(directory, file); now && !(before && now->same_file(*before)))
        return LockedAs::look_again;
    }
    // Records of other processes may lag behind: a cycle counts when it is seen twice.
    const bool cycle = leads_back_to(callers, key, true);
    if (cycle && cycle_seen) {
      log(LogLevel::info, binding, "sees a cycle of waits, and computes it here as well");
      return LockedAs::without;
    }
    cycle_seen = cycle;
  }
}

}  // namespace cache_on_disk::core
