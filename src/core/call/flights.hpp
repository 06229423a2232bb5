// One computation of a value at a time within this process: single flight.
//
// The first caller that asks for an entry leads a flight; others wait for it and get its value, or, when it fails, one of
// them leads the next. Callers are threads, or tasks that move between threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "binding/binding.hpp"
#include "cache_on_disk/detail/core/call.hpp"
#include "format/hash.hpp"
#include "store/entry_lock.hpp"

namespace cache_on_disk::core {

using Caller = std::uintptr_t;
/// As Call::callers() gives them.
using Callers = std::vector<Caller>;

/// One entry, wherever its directory is: what a flight is for.
struct FlightKey {
  entry::Hash128 hash;          ///< of the tag directory's path and the stem
  entry::AwaitedEntry awaited;  ///< the same, as other processes know it
  // Not compared, since all who ask for one name wait for each other, as they do for its lock; but only those who ask for
  // the same method, and believe the same files, may have each other's values.
  const Method* method = nullptr;
  Trust trust;
};
FlightKey make_flight_key(const Binding& binding, const std::string& stem);

/// Leads one flight from its construction by join() to its end.
class Flight {
 public:
  virtual ~Flight() = default;
  /// Hands the value to those who wait. Without it they look for themselves.
  virtual void land(const SharedValue& value) = 0;
  /// The file lock that this flight's leader holds or waits for, so that waits are told there (nullptr: none).
  virtual void set_lock(std::shared_ptr<entry::EntryLock> lock, const entry::HolderRecord& record) = 0;
};

/// What came of asking to lead.
struct Joined {
  enum class As {
    leader,      ///< `flight` is ours; its destruction lets the next one lead
    nested,      ///< this very caller is computing the entry already
    landed,      ///< another caller's flight has ended; `value` may hold what it brought, if that is for us as well
    deadlocked,  ///< waiting would never end: the leader waits for us
    timed_out,   ///< max_wait is over
    interrupted
  };
  As as;
  std::unique_ptr<Flight> flight;
  SharedValue value;
};

/// Leads a flight for the entry, or waits for the one under way until it ends, `deadline` passes, or the call is
/// interrupted.
Joined join_flight(const FlightKey& key, Call& call, std::optional<std::chrono::steady_clock::time_point> deadline);

/// Says that callers wait for an entry (in this process or for a file lock) for as long as it lives: in this process's
/// wait graph, and in the lock files of the entries they hold.
class WaitMark {
 public:
  WaitMark(Callers callers, const FlightKey& key);
  ~WaitMark();
  WaitMark(const WaitMark&) = delete;
  WaitMark& operator=(const WaitMark&) = delete;

  /// To be called now and then while waiting: what the caller waits for in the end may change, as seen from other processes.
  void update();

 private:
  Callers callers_;
  entry::AwaitedEntry awaited_;
  std::optional<entry::AwaitedEntry> told_;
};

/// Follows the waits from an entry on: true if they come back to an entry that one of `callers` leads. Within this process
/// they are exact; `across_processes` also follows the records in lock files, which are advice.
bool leads_back_to(const Callers& callers, const FlightKey& from, bool across_processes);

}  // namespace cache_on_disk::core
