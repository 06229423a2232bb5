#include "store/entry_lock.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

#include "files/errors.hpp"
#include "format/hash.hpp"
#include "format/tag_files.hpp"
#include "process/background.hpp"
#include "process/errand.hpp"
#include "store/lock_file.hpp"

namespace cache_on_disk::entry {
namespace {

constexpr std::chrono::seconds worth_telling_after{1};

bool somebody_holds_it(int code) { return code == EAGAIN || code == EACCES; }

}  // namespace

off_t lock_offset(const std::string& stem) {
  constexpr std::uint64_t behind_table = std::uint64_t{1} << 61;
  return static_cast<off_t>((hash_128(stem).low >> 3) | behind_table);
}

/// What another thread needs to tell of a holder: nothing once the lock is let go.
struct EntryLock::Later {
  std::mutex mutex;
  EntryLock* lock = nullptr;
  HolderRecord record;
};

EntryLock::EntryLock(TagDirectoryPtr directory, const std::string& stem)
    : directory_(std::move(directory)), stem_(stem), offset_(lock_offset(stem)) {}

EntryLock::~EntryLock() { release(); }

void EntryLock::release() noexcept {
  // A forked child has no other threads, and its copies of the mutexes may be in their hands.
  const bool is_ours = file_ && file_->number() >= 0;
  const auto guard = is_ours ? std::unique_lock(telling_) : std::unique_lock<std::mutex>();
  if (later_ && is_ours) {
    const std::lock_guard later_guard(later_->mutex);
    later_->lock = nullptr;
  }
  later_.reset();
  slot_.reset();
  wait_.reset();
  // Said aloud, because the helper thread of a wait may still hold the descriptor for a moment.
  if (held_ && file_->number() >= 0) system::unlock_byte(file_->number(), offset_);
  held_ = false;
  file_.reset();
}

EntryLock::State EntryLock::open() {
  auto file = system::open_lock_descriptor([this] { return open_lock_file(*directory_); });
  if (!file) {
    error_ = file.error();
    return State::unavailable;
  }
  file_ = *std::move(file);
  return State::busy;
}

/// A lock on a file that the path no longer names excludes nobody who comes now.
EntryLock::State EntryLock::check_in_place() {
  system::FileStatus ours;
  system::FileStatus named;
  if (system::status_of(file_->number(), ours) == 0 &&
      system::status_at(directory_->descriptor(), lock_file_name, named) == 0 && ours.same_file(named)) {
    held_ = true;
    return State::held;
  }
  file_.reset();
  return State::busy;
}

EntryLock::State EntryLock::try_acquire() {
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (!file_ && open() == State::unavailable) return State::unavailable;
    if (system::lock_byte(file_->number(), offset_) != 0) {
      if (somebody_holds_it(errno)) return State::busy;
      error_ = system::last_error("cannot lock in", directory_->path());
      return State::unavailable;
    }
    if (check_in_place() == State::held) return State::held;
  }
  error_ = {"the lock file is replaced again and again in " + directory_->path(), ESTALE};
  return State::unavailable;
}

EntryLock::State EntryLock::wait(std::chrono::milliseconds slice) {
  if (!file_) return try_acquire();
  if (directory_->on_network()) {
    const bool signalled = ::poll(nullptr, 0, static_cast<int>(std::min(slice, next_pause()).count())) < 0;
    return signalled ? State::interrupted : try_acquire();
  }
  if (!wait_) wait_ = std::make_unique<system::LockWait>(file_, offset_);
  switch (wait_->wait(slice)) {
    case system::LockWait::State::waiting:
      return State::busy;
    case system::LockWait::State::interrupted:
      return State::interrupted;
    case system::LockWait::State::granted:
      wait_.reset();
      return check_in_place() == State::held ? State::held : try_acquire();
    case system::LockWait::State::failed:
      break;
  }
  error_ = {"cannot wait for a lock in " + directory_->path(), wait_->error()};
  return State::unavailable;
}

std::chrono::milliseconds EntryLock::next_pause() noexcept {
  return std::exchange(pause_, std::min(pause_ + pause_ / 4, directory_->file_system().longest_poll()));
}

void EntryLock::pass_over() noexcept { ++offset_; }

void EntryLock::announce(const HolderRecord& record) {
  const std::lock_guard guard(telling_);
  if (!later_) return tell(record);
  const std::lock_guard later_guard(later_->mutex);
  later_->record = record;
  tell(record);
}

void EntryLock::announce_in_time(const HolderRecord& record) {
  if (!directory_->on_network()) return announce(record);
  const std::lock_guard guard(telling_);
  later_ = std::make_shared<Later>();
  later_->lock = this;
  later_->record = record;
  system::run_in_background_after(worth_telling_after, [weak = std::weak_ptr(later_)] {
    auto later = weak.lock();
    if (!later) return;
    // On a thread that is left alone: it hangs for as long as the server does not answer.
    const system::Errand telling([later = std::move(later)] {
      const std::lock_guard later_guard(later->mutex);
      if (later->lock != nullptr && !later->lock->slot_) later->lock->tell(later->record);
    });
  });
}

void EntryLock::tell(const HolderRecord& record) {
  if (!held_ || !may_write_lock_file(*directory_)) return;
  if (!slot_) slot_ = HolderSlot::claim(file_, offset_);
  if (slot_) slot_->write(record);
}

std::optional<HolderRecord> EntryLock::holder() const {
  return file_ ? find_holder(file_->number(), offset_) : std::nullopt;
}

}  // namespace cache_on_disk::entry
