#include "call/entry_wait.hpp"

#include <fmt/format.h>

#include "call/answers.hpp"
#include "call/lock_look.hpp"
#include "files/errors.hpp"
#include "log/log.hpp"

namespace cache_on_disk::core {
namespace {

using Clock = std::chrono::steady_clock;

/// Another file than the one that was there when the wait began, which has been looked at.
bool is_new(const std::optional<system::FileStatus>& now, const std::optional<system::FileStatus>& before) {
  return now && !(before && now->same_file(*before));
}

}  // namespace

/// Waits a slice for a lock on a local file system, where the kernel wakes us.
Seen EntryWait::look_here() {
  Seen seen;
  seen.state = lock_->wait(wait_slice);
  if (seen.state == entry::EntryLock::State::busy) look_behind(*lock_, callers_, key_, seen);
  return seen;
}

LockedAs EntryWait::without_lock() const {
  system::report({directory_->path(), "no locks",
                  "cannot lock entries, so values may be computed twice: " + system::describe(lock_->error())});
  log(LogLevel::info, binding_, "computes without a lock");
  return LockedAs::without;
}

LockedAs EntryWait::compute_here_as_well(std::string_view why) const {
  log(LogLevel::info, binding_, fmt::format("{}, and computes it here as well", why));
  return LockedAs::without;
}

/// Past the deadline: the end of the wait, unless an answer that is under way may still come.
std::optional<LockedAs> EntryWait::out_of_patience(bool has_seen, DistantLook* distant) {
  if (!patience_.deadline || Clock::now() < *patience_.deadline) return std::nullopt;
  if (!has_seen && distant != nullptr && distant->is_asking()) {
    if (!distant->is_unanswered()) return std::nullopt;
    distant->leave();
    return LockedAs::unanswered;
  }
  return compute_here_as_well("has waited long enough");
}

/// Whether the holder is no longer worth waiting for.
std::optional<LockedAs> EntryWait::pass_over(const Seen& seen, HolderWatch& holder) {
  if (holder.is_stopped_for_good(seen)) return compute_here_as_well("passes over a stopped process");
  const bool may_be_lost = directory_->file_system().dead == system::LocksOfTheDead::kept && patience_.with_lost_lock;
  if (may_be_lost && holder.is_lost(seen, *patience_.with_lost_lock)) {
    system::report(
        {directory_->path(), "lost lock",
         fmt::format(
             "passes over a lock in {} that has been held for {} s: the host of its holder may have vanished, and "
             "its server never frees it",
             directory_->path(), patience_.with_lost_lock->count() / 1000)});
    lock_->pass_over();
  }
  if (holder.is_in_a_circle(seen)) return compute_here_as_well("sees a cycle of waits");
  return std::nullopt;
}

LockedAs EntryWait::take(const std::string& file) {
  switch (lock_->try_acquire()) {
    case entry::EntryLock::State::held:
      return LockedAs::holder;
    case entry::EntryLock::State::unavailable:
      return without_lock();
    default:
      return wait(file);
  }
}

LockedAs EntryWait::wait(const std::string& file) {
  waited_ = true;
  ++binding_.counters().waited;
  log(LogLevel::debug, binding_, "waits for another process");
  callers_ = call_.callers();
  const WaitMark mark(callers_, key_);
  HolderWatch holder(binding_);
  std::optional<DistantLook> distant;
  if (directory_->on_network()) distant.emplace(lock_, directory_, file, callers_, key_);
  const auto before = status_of_file(*directory_, file);
  while (true) {
    call_.before_wait();
    const std::optional<Seen> seen = distant ? distant->wait() : look_here();
    call_.after_wait();
    if (seen && seen->state == entry::EntryLock::State::held) return LockedAs::holder;
    if (seen && seen->state == entry::EntryLock::State::unavailable) return without_lock();
    if (call_.interrupted()) {
      if (distant) distant->leave();
      return LockedAs::interrupted;
    }
    if (const auto end = out_of_patience(seen.has_value(), distant ? &*distant : nullptr)) return *end;
    if (!seen || seen->state == entry::EntryLock::State::interrupted) continue;
    if (is_new(seen->file, before)) return LockedAs::look_again;
    if (const auto end = pass_over(*seen, holder)) return *end;
  }
}

}  // namespace cache_on_disk::core
