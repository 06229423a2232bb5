#include "call/entry_wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "call/answers.hpp"
#include "files/errors.hpp"
#include "process/errand.hpp"
#include "report/log.hpp"

namespace cache_on_disk::core {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds patience_with_stopped{5};
constexpr seconds say_whom_after{10};

/// What one look at a lock that somebody holds brings.
struct Seen {
  entry::EntryLock::State state = entry::EntryLock::State::busy;
  std::optional<entry::HolderRecord> holder;
  std::optional<system::ProcessState> holders_state;
  std::optional<system::FileStatus> file;  ///< what the entry would be read from, on a network
  bool in_a_circle = false;
};

/// What is learnt of the holder while waiting for it.
class HolderWatch {
 public:
  explicit HolderWatch(const Binding& binding) : binding_(binding) {}

  /// True once the holder has been stopped for too long.
  bool is_stopped_for_good(const Seen& seen) {
    const auto now = Clock::now();
    if (!said_ && now - start_ >= say_whom_after) {
      said_ = true;
      log(LogLevel::info, binding_,
          seen.holder ? fmt::format("waits for process {} on {}, which computes it", seen.holder->process.pid,
                                    seen.holder->process.host)
                      : std::string("waits for another process that computes it"));
    }
    if (seen.holders_state != system::ProcessState::stopped) last_seen_running_ = now;
    return now - last_seen_running_ >= patience_with_stopped;
  }

  /// True once nothing has been seen of the holder for that long: it may be gone with its host.
  bool is_lost(const Seen& seen, milliseconds patience) {
    const auto now = Clock::now();
    if (seen.holders_state == system::ProcessState::running) last_sign_of_life_ = now;
    if (now - last_sign_of_life_ < patience) return false;
    last_sign_of_life_ = now;
    return true;
  }

 private:
  const Binding& binding_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_seen_running_ = start_;
  Clock::time_point last_sign_of_life_ = start_;
  bool said_ = false;
};

/// The file an entry would be read from; none if it is missing.
std::optional<system::FileStatus> status_of(const entry::TagDirectory& directory, const std::string& file) {
  system::FileStatus status;
  if (system::status_at(directory.descriptor(), file.c_str(), status) != 0) return std::nullopt;
  return status;
}

LockedAs without_lock(const entry::EntryLock& lock, const entry::TagDirectory& directory, const Binding& binding) {
  report({directory.path(), "no locks",
          "cannot lock entries, so values may be computed twice: " + system::describe(lock.error())});
  log(LogLevel::info, binding, "computes without a lock");
  return LockedAs::without;
}

/// Looks at what is behind a lock that is still held.
void look_behind(const entry::EntryLock& lock, const Callers& callers, const FlightKey& key, Seen& seen) {
  seen.holder = lock.holder();
  if (seen.holder) seen.holders_state = system::state_of(seen.holder->process);
  seen.in_a_circle = leads_back_to(callers, key, true);
}

/// Looks at a lock on a network, in intervals, on a thread of its own: its server may not answer for as long as it likes.
class DistantLook {
 public:
  DistantLook(std::shared_ptr<entry::EntryLock> lock, entry::TagDirectoryPtr directory, std::string file,
              Callers callers, FlightKey key)
      : lock_(std::move(lock)),
        directory_(std::move(directory)),
        file_(std::move(file)),
        callers_(std::move(callers)),
        key_(std::move(key)) {
    next_ = Clock::now() + lock_->next_pause();
  }

  /// Waits up to a slice; what was seen, if there is something new.
  std::optional<Seen> wait() {
    if (!errand_) {
      const auto left = std::chrono::ceil<milliseconds>(next_ - Clock::now());
      if (left > milliseconds(0)) {
        std::this_thread::sleep_for(std::min(left, wait_slice));
        if (Clock::now() < next_) return std::nullopt;
      }
      begin();
    }
    if (!errand_->wait(wait_slice)) return std::nullopt;
    errand_.reset();
    next_ = Clock::now() + lock_->next_pause();
    return std::move(under_way_->seen);
  }

  bool is_asking() const { return errand_.has_value(); }
  /// True if there has been no answer for so long that none is to be expected.
  bool is_unanswered() const { return errand_ && Clock::now() - begun_ >= patience_with_server; }

  /// Gives up what is under way. The thread stays behind if it hangs, and until it comes back the directory counts as one that
  /// does not answer.
  void leave() {
    if (!errand_) return;
    const bool hangs = is_unanswered();
    if (hangs) directory_->count_unanswered(1);
    const Stage before = under_way_->stage.exchange(hangs ? Stage::left_hanging : Stage::left);
    if (hangs && before == Stage::done) directory_->count_unanswered(-1);
    errand_.reset();
  }

 private:
  enum class Stage { running, done, left, left_hanging };
  struct UnderWay {
    std::atomic<Stage> stage{Stage::running};
    Seen seen;
  };
  /// The thread's end of it, whatever happens there.
  struct ComesBack {
    UnderWay& under_way;
    entry::EntryLock& lock;
    const entry::TagDirectory& directory;
    ~ComesBack() {
      const Stage before = under_way.stage.exchange(Stage::done);
      if (before == Stage::running) return;
      lock.release();  // had after all, and nobody wants it
      if (before == Stage::left_hanging) directory.count_unanswered(-1);
    }
  };

  void begin() {
    under_way_ = std::make_shared<UnderWay>();
    begun_ = Clock::now();
    errand_.emplace(
        [under_way = under_way_, lock = lock_, directory = directory_, file = file_, callers = callers_, key = key_] {
          const ComesBack at_the_end{*under_way, *lock, *directory};
          Seen& seen = under_way->seen;
          seen.state = lock->try_acquire();
          if (seen.state == entry::EntryLock::State::busy) {
            // Where the kernel does not wake us, the entry itself may be there before the lock is.
            (void)directory->ask_again({&file, 1});
            seen.file = status_of(*directory, file);
            look_behind(*lock, callers, key, seen);
          }
        });
  }

  std::shared_ptr<entry::EntryLock> lock_;
  entry::TagDirectoryPtr directory_;
  std::string file_;
  Callers callers_;
  FlightKey key_;
  Clock::time_point next_;
  Clock::time_point begun_;
  std::shared_ptr<UnderWay> under_way_;
  std::optional<system::Errand> errand_;
};

/// Waits for a lock on a local file system, where the kernel wakes us.
Seen wait_here(entry::EntryLock& lock, const Callers& callers, const FlightKey& key) {
  Seen seen;
  seen.state = lock.wait(wait_slice);
  if (seen.state == entry::EntryLock::State::busy) look_behind(lock, callers, key, seen);
  return seen;
}

/// Another file than the one that was there when the wait began, which has been looked at.
bool is_new(const std::optional<system::FileStatus>& now, const std::optional<system::FileStatus>& before) {
  return now && !(before && now->same_file(*before));
}

}  // namespace

LockedAs lock_entry(const std::shared_ptr<entry::EntryLock>& lock, const entry::TagDirectoryPtr& directory,
                    const Binding& binding, const FlightKey& key, const std::string& file, Call& call,
                    const Patience& patience, bool& waited) {
  using State = entry::EntryLock::State;
  const State state = lock->try_acquire();
  if (state == State::held) return LockedAs::holder;
  if (state == State::unavailable) return without_lock(*lock, *directory, binding);

  waited = true;
  ++binding.counters().waited;
  log(LogLevel::debug, binding, "waits for another process");
  const Callers callers = call.callers();
  const WaitMark mark(callers, key);
  HolderWatch watch(binding);
  std::optional<DistantLook> distant;
  if (directory->on_network()) distant.emplace(lock, directory, file, callers, key);
  const bool may_be_lost = directory->file_system().dead == system::LocksOfTheDead::kept && patience.with_lost_lock;
  const auto before = status_of(*directory, file);
  bool circle_seen = false;
  while (true) {
    call.before_wait();
    const std::optional<Seen> seen = distant ? distant->wait() : wait_here(*lock, callers, key);
    call.after_wait();
    if (seen && seen->state == State::held) return LockedAs::holder;
    if (seen && seen->state == State::unavailable) return without_lock(*lock, *directory, binding);
    if (call.interrupted()) {
      if (distant) distant->leave();
      return LockedAs::interrupted;
    }
    if (patience.deadline && Clock::now() >= *patience.deadline) {
      if (!seen && distant && distant->is_unanswered()) {
        distant->leave();
        return LockedAs::unanswered;
      }
      if (seen || !distant || !distant->is_asking()) {
        log(LogLevel::info, binding, "has waited long enough, and computes it here as well");
        return LockedAs::without;
      }
    }
    if (!seen || seen->state == State::interrupted) continue;
    if (watch.is_stopped_for_good(*seen)) {
      log(LogLevel::info, binding, "passes over a stopped process, and computes it here as well");
      return LockedAs::without;
    }
    if (is_new(seen->file, before)) return LockedAs::look_again;
    if (may_be_lost && watch.is_lost(*seen, *patience.with_lost_lock)) {
      report({directory->path(), "lost lock",
              fmt::format(
                  "passes over a lock in {} that has been held for {} s: the host of its holder may have vanished, and "
                  "its server never frees it",
                  directory->path(), patience.with_lost_lock->count() / 1000)});
      lock->pass_over();
    }
    // Records of other processes may lag behind: a circle counts when it is seen twice.
    if (seen->in_a_circle && circle_seen) {
      log(LogLevel::info, binding, "sees a cycle of waits, and computes it here as well");
      return LockedAs::without;
    }
    circle_seen = seen->in_a_circle;
  }
}

}  // namespace cache_on_disk::core
