#include "call/lock_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "call/answers.hpp"
#include "log/log.hpp"

namespace cache_on_disk::core {
namespace {

constexpr std::chrono::seconds patience_with_stopped{5};
constexpr std::chrono::seconds say_whom_after{10};

}  // namespace

void look_behind(const entry::EntryLock& lock, const Callers& callers, const FlightKey& key, Seen& seen) {
  seen.holder = lock.holder();
  if (seen.holder) seen.holders_state = system::state_of(seen.holder->process);
  seen.in_a_circle = leads_back_to(callers, key, true);
}

std::optional<system::FileStatus> status_of_file(const entry::TagDirectory& directory, const std::string& file) {
  system::FileStatus status;
  if (system::status_at(directory.descriptor(), file.c_str(), status) != 0) return std::nullopt;
  return status;
}

bool HolderWatch::is_stopped_for_good(const Seen& seen) {
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

bool HolderWatch::is_lost(const Seen& seen, std::chrono::milliseconds patience) {
  const auto now = Clock::now();
  if (seen.holders_state == system::ProcessState::running) last_sign_of_life_ = now;
  if (now - last_sign_of_life_ < patience) return false;
  last_sign_of_life_ = now;
  return true;
}

bool HolderWatch::is_in_a_circle(const Seen& seen) {
  return std::exchange(circle_seen_, seen.in_a_circle) && seen.in_a_circle;
}

/// The thread's end of it, whatever happens there.
struct DistantLook::ComesBack {
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

DistantLook::DistantLook(std::shared_ptr<entry::EntryLock> lock, entry::TagDirectoryPtr directory, std::string file,
                         Callers callers, FlightKey key)
    : lock_(std::move(lock)),
      directory_(std::move(directory)),
      file_(std::move(file)),
      callers_(std::move(callers)),
      key_(std::move(key)) {
  next_ = Clock::now() + lock_->next_pause();
}

std::optional<Seen> DistantLook::wait() {
  if (!errand_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_ - Clock::now());
    if (left.count() > 0) {
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

bool DistantLook::is_unanswered() const { return errand_ && Clock::now() - begun_ >= patience_with_server; }

void DistantLook::leave() {
  if (!errand_) return;
  const bool hangs = is_unanswered();
  if (hangs) directory_->count_unanswered(1);
  const Stage before = under_way_->stage.exchange(hangs ? Stage::left_hanging : Stage::left);
  if (hangs && before == Stage::done) directory_->count_unanswered(-1);
  errand_.reset();
}

void DistantLook::begin() {
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
          seen.file = status_of_file(*directory, file);
          look_behind(*lock, callers, key, seen);
        }
      });
}

}  // namespace cache_on_disk::core
