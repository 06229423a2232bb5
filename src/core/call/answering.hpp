// One call under a tag, from the question to the stored value.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "binding/binding.hpp"
#include "cache_on_disk/detail/core/cell.hpp"
#include "call/flights.hpp"
#include "call/own_time.hpp"
#include "files/errors.hpp"
#include "log/log.hpp"
#include "report/uncached.hpp"
#include "store/entry_lock.hpp"
#include "store/lookup.hpp"

namespace cache_on_disk::core {

/// How far a call has come: tells the cache's own failures from the function's.
enum class Progress { before_function, in_function, after_function };

/// One call under a tag. What it needs lies here, on the heap, and no member function but run() and compute() is on the stack
/// while the function runs: calls may be nested by the thousand, and each costs little of the stack.
class Answering {
 public:
  Answering(const Binding& binding, const std::string& arguments, Call& call, const Options& options)
      : binding_(binding), call_(call), options_(options), key_(binding.key(arguments)), not_the_callers_(call) {
    if (options.max_wait) deadline_ = Clock::now() + *options.max_wait;
  }
  ~Answering() { forget_lock(); }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

  Source run();
  Progress progress() const noexcept { return progress_; }

 private:
  using Clock = std::chrono::steady_clock;
  /// What is left to do once the value has been looked for.
  using Found = std::optional<Source>;  // empty: to be computed
  [[gnu::noinline]] Found look_or_wait();
  [[gnu::noinline]] void begin_computing();
  [[gnu::noinline]] void end_computing();
  [[gnu::noinline]] Source keep_and_store();
  void compute();

  /// These give what the call ends with, or nothing if it goes on.
  std::optional<Found> open_in_patience();
  std::optional<Found> open_again();
  std::optional<Found> take_directory(Result<entry::TagDirectoryPtr> directory);

  Found lead();
  Found lock_and_look_again();
  bool look_here();
  bool look_behind_lock(bool waited);
  void look(entry::Lookup& lookup);  // a fresh one
  void look_once_more(entry::Lookup& lookup);
  entry::Lookup look_where_to_store();
  Source found(const entry::Lookup& lookup);
  void explain_miss(const entry::Lookup& lookup);
  void tell_damage(const entry::Lookup& lookup);
  bool wants_refresh() const;
  bool recalls() { return binding_.is_of_era(refresh_era()) && call_.recall(); }
  void forget_lock() noexcept {
    if (lock_ && flight_) flight_->set_lock(nullptr, {});
  }
  entry::IfMissing if_missing() const {
    return options_.mode == Mode::readonly ? entry::IfMissing::report : entry::IfMissing::create;
  }
  std::string tag_path() const { return binding_.context().place().path(); }
  /// A thread hangs in the file system: storing the value would take the same way.
  Found without_answer(const std::string& path) {
    lock_.reset();
    computed_as_ = Source::uncached;
    tell_uncached({binding_.function_name(), "unanswered",
                   "not cached: the file system of " + path + " does not answer; a thread is left behind there", path,
                   tag_path()});
    return std::nullopt;
  }
  void say(LogLevel level, std::string_view message) const noexcept {
    system::log(level, *binding_.context().settings().tag, key_.stem, message);
  }

  const Binding& binding_;
  Call& call_;
  const Options options_;
  entry::EntryKey key_;
  FlightKey flight_key_;
  std::optional<Clock::time_point> deadline_;
  Progress progress_ = Progress::before_function;
  TimeOfOthers not_the_callers_;  // this call's time does not count for the method that makes it
  std::optional<Computation> computation_;
  double seconds_ = 0;
  Source computed_as_ = Source::uncached;  // computed: to be stored where lookup_ says
  bool refresh_ = false;                   // the stored value is to be replaced
  std::unique_ptr<Flight> flight_;         // nullptr where waiting would never end
  entry::TagDirectoryPtr directory_;
  entry::Lookup lookup_;
  std::shared_ptr<entry::EntryLock> lock_;  // let go before the flight
};

}  // namespace cache_on_disk::core
