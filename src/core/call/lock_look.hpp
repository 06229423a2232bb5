// Looking at the lock of an entry that somebody holds: who that is, whether it lives, and whether waiting for it would end.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "binding/binding.hpp"
#include "call/flights.hpp"
#include "files/calls.hpp"
#include "process/errand.hpp"
#include "process/process.hpp"
#include "store/entry_lock.hpp"
#include "store/tag_directory.hpp"

namespace cache_on_disk::core {

/// What one look brings.
struct Seen {
  entry::EntryLock::State state = entry::EntryLock::State::busy;
  std::optional<entry::HolderRecord> holder;
  std::optional<system::ProcessState> holders_state;
  std::optional<system::FileStatus> file;  ///< what the entry would be read from, on a network
  bool in_a_circle = false;
};

/// Fills in what is behind a lock that is still held.
void look_behind(const entry::EntryLock& lock, const Callers& callers, const FlightKey& key, Seen& seen);

/// The file an entry would be read from; none if it is missing.
std::optional<system::FileStatus> status_of_file(const entry::TagDirectory& directory, const std::string& file);

/// What is learnt of the holder, look by look, while a call waits for it. Used by one thread.
class HolderWatch {
 public:
  using Clock = std::chrono::steady_clock;
  explicit HolderWatch(const Binding& binding) : binding_(binding) {}

  /// True once the holder has been stopped for five seconds. Tells the log after ten whom the call waits for.
  bool is_stopped_for_good(const Seen& seen);
  /// True each time nothing has been seen of the holder for that long: it may be gone with its host.
  bool is_lost(const Seen& seen, std::chrono::milliseconds patience);
  /// True once the waits form a circle. Records of other processes may lag behind: it counts when it is seen twice.
  bool is_in_a_circle(const Seen& seen);

 private:
  const Binding& binding_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_seen_running_ = start_;
  Clock::time_point last_sign_of_life_ = start_;
  bool said_ = false;
  bool circle_seen_ = false;
};

/// Looks at a lock on a network, in intervals, on a thread of its own: its server may not answer for as long as it likes.
class DistantLook {
 public:
  DistantLook(std::shared_ptr<entry::EntryLock> lock, entry::TagDirectoryPtr directory, std::string file,
              Callers callers, FlightKey key);

  /// Waits up to a slice; what was seen, if there is something new.
  std::optional<Seen> wait();

  bool is_asking() const { return errand_.has_value(); }
  /// True if there has been no answer for so long that none is to be expected.
  bool is_unanswered() const;

  /// Gives up what is under way. The thread stays behind if it hangs, and until it comes back the directory counts as one that
  /// does not answer.
  void leave();

 private:
  using Clock = std::chrono::steady_clock;
  enum class Stage { running, done, left, left_hanging };
  struct UnderWay {
    std::atomic<Stage> stage{Stage::running};
    Seen seen;
  };
  struct ComesBack;

  void begin();

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

}  // namespace cache_on_disk::core
