// The way of one call: buffer, flight, disk, lock, function, disk.
#include <cxxabi.h>
#include <fmt/format.h>

#include <exception>
#include <mutex>
#include <set>

#include "cache_on_disk/core/cell.hpp"
#include "core/binding.hpp"
#include "core/entry_wait.hpp"
#include "core/flights.hpp"
#include "core/log.hpp"
#include "core/store.hpp"
#include "core/uncached.hpp"
#include "entry/background.hpp"
#include "entry/clear.hpp"
#include "entry/durable_mark.hpp"
#include "entry/last_use.hpp"
#include "entry/lookup.hpp"
#include "system/errors.hpp"
#include "system/fork.hpp"

namespace cache_on_disk::core {
namespace {

using Clock = std::chrono::steady_clock;

/// How far a call has come: tells the cache's own failures from the function's.
enum class Progress { before_function, in_function, after_function };

/// One call under a tag.
class Answering {
 public:
  Answering(const Binding& binding, const std::string& arguments, Call& call, const Options& options)
      : binding_(binding), call_(call), options_(options), key_(binding.key(arguments)) {
    if (options.max_wait) deadline_ = Clock::now() + *options.max_wait;
  }

  Source run();
  Progress progress() const noexcept { return progress_; }

 private:
  Source lead(Flight* flight);
  Source lead_with_lock(Flight* flight, const entry::TagDirectoryPtr& directory, entry::Lookup lookup,
                        bool refresh);
  entry::Lookup look(const entry::TagDirectoryPtr& directory);
  entry::Lookup look_where_to_store(const entry::TagDirectoryPtr& directory);
  Source found(Flight* flight, const entry::TagDirectoryPtr& directory, const entry::Lookup& lookup);
  Source compute(Flight* flight, Source source);
  Source compute_and_store(Flight* flight, const entry::TagDirectory& directory, const entry::Lookup& lookup);
  void explain_miss(const entry::TagDirectory& directory, const entry::Lookup& lookup);
  bool wants_refresh() const;
  void say(LogLevel level, std::string_view message) const noexcept {
    log(level, *binding_.context().settings().tag, key_.stem, message);
  }

  const Binding& binding_;
  Call& call_;
  const Options& options_;
  entry::EntryKey key_;
  FlightKey flight_key_;
  std::optional<Clock::time_point> deadline_;
  Progress progress_ = Progress::before_function;
  double seconds_ = 0;
};

Source Answering::run() {
  flight_key_ = make_flight_key(binding_, key_.stem);
  while (true) {
    Joined joined = join_flight(flight_key_, call_, deadline_);
    switch (joined.as) {
      case Joined::As::leader:
        if (!call_.is_given() && call_.recall()) return Source::memory;  // it landed just before we asked
        return lead(joined.flight.get());
      case Joined::As::nested:
        say(LogLevel::debug, "calls itself: straight to the function");
        return compute(nullptr, Source::uncached);
      case Joined::As::deadlocked:
        say(LogLevel::info, "sees a cycle of waits, and computes it here as well");
        return lead(nullptr);
      case Joined::As::timed_out:
        say(LogLevel::info, "has waited long enough, and computes it here as well");
        return lead(nullptr);
      case Joined::As::interrupted:
        return Source::interrupted;
      case Joined::As::landed:
        break;
    }
    if (call_.is_given()) continue;
    if (call_.recall()) return Source::memory;
    // A refresh wants no value whose flight may have begun before it was asked for.
    if (joined.value.value != nullptr && !wants_refresh() && call_.adopt(joined.value)) {
      ++binding_.counters().shared;
      say(LogLevel::debug, "taken from another caller in this process");
      call_.keep();
      return Source::shared;
    }
  }
}

/// Entries that CACHE_ON_DISK=refresh has had computed anew: each once in a process.
struct RefreshedEntries {
  system::GlobalMutex mutex{system::MutexRank::ledger};
  std::set<entry::Hash128> hashes;
};

RefreshedEntries& refreshed_entries() {
  static RefreshedEntries& leaked = *new RefreshedEntries;
  return leaked;
}

bool was_refreshed(const FlightKey& key) {
  RefreshedEntries& all = refreshed_entries();
  const std::lock_guard lock(all.mutex);
  return all.hashes.contains(key.hash);
}

void remember_refreshed(const FlightKey& key) {
  RefreshedEntries& all = refreshed_entries();
  const std::lock_guard lock(all.mutex);
  all.hashes.insert(key.hash);
}

bool Answering::wants_refresh() const {
  if (options_.mode == Mode::readonly) return false;
  return call_.refresh() || (options_.mode == Mode::refresh && !was_refreshed(flight_key_));
}

/// With a flight (or, where waiting would never end, without one): the value from disk or from the function.
Source Answering::lead(Flight* flight) {
  const bool readonly = options_.mode == Mode::readonly;
  if (binding_.context().tmpdir().empty()) {
    tell_uncached({binding_.function_name(), "none",
                   "not cached: there is no writable directory for the cache; set_tmpdir names one", "tmpdir"});
    return compute(flight, Source::uncached);
  }
  const auto place = binding_.context().place();
  auto directory = open_tag_directory(place, readonly ? entry::IfMissing::report : entry::IfMissing::create);
  if (!directory) {
    if (directory.error().code != ENOENT || !readonly)
      tell_uncached({binding_.function_name(), "directory",
                     "not cached: " + system::describe(directory.error()), place.path()});
    return compute(flight, Source::uncached);
  }
  if (!readonly) entry::note_use(**directory);
  if (readonly && call_.is_given()) return compute(flight, Source::uncached);
  const bool refresh = wants_refresh();
  entry::Lookup lookup = refresh ? look_where_to_store(*directory) : look(*directory);
  if (lookup.hit && !refresh) return found(flight, *directory, lookup);
  if (readonly) {
    explain_miss(**directory, lookup);
    return compute(flight, Source::uncached);
  }
  if (!(*directory)->still_in_place()) {  // removed or replaced while it was open
    forget_tag_directory(place);
    directory = open_tag_directory(place, entry::IfMissing::create);
    if (!directory) {
      tell_uncached({binding_.function_name(), "directory",
                     "not cached: " + system::describe(directory.error()), place.path()});
      return compute(flight, Source::uncached);
    }
  }
  return lead_with_lock(flight, *directory, std::move(lookup), refresh);
}

Source Answering::lead_with_lock(Flight* flight, const entry::TagDirectoryPtr& directory,
                                 entry::Lookup lookup, bool refresh) {
  entry::EntryLock lock(directory, key_.stem);
  bool waited = false;
  LockedAs locked = LockedAs::without;
  if (flight != nullptr) {
    do {
      locked = lock_entry(lock, *directory, binding_, flight_key_, lookup.name, call_, deadline_, waited);
      if (locked == LockedAs::interrupted) return Source::interrupted;
      // Whoever held the lock may have stored the value in between, even where it was free at once. The very file that a
      // refresh is to replace does not count, and no file where the value is given.
      if (call_.is_given()) {
        if (waited) lookup = look_where_to_store(directory);
      } else if (!refresh || waited) {
        entry::Lookup now = look(directory);
        const bool is_new =
            !refresh || !lookup.hit || (now.hit && !now.hit->status.same_file(lookup.hit->status));
        if (now.hit && is_new) return found(flight, directory, now);
        lookup = std::move(now);
      }
    } while (locked == LockedAs::look_again);
  }
  // Who gives up waiting for the lock must not be given it while the function runs: no record would tell of that holder, and
  // a cycle of waits that leads through it would be seen by nobody.
  if (locked == LockedAs::without) lock.release();
  if (locked == LockedAs::holder) {
    const entry::HolderRecord record{system::this_process(), key_.stem, std::nullopt};
    lock.announce(record);
    flight->set_lock(&lock, record);
  }
  explain_miss(*directory, lookup);
  const Source source = compute_and_store(flight, *directory, lookup);
  if (flight != nullptr) flight->set_lock(nullptr, {});
  return source;
}

entry::Lookup Answering::look(const entry::TagDirectoryPtr& directory) {
  const auto decode = [&](const entry::Finding& finding) {
    call_.learn_arguments(finding.metadata.arguments);
    return call_.load(finding.payload, finding.plain_data_only);
  };
  return entry::look_up(*directory, key_, options_, decode);
}

/// For a value that replaces what is stored, which need not be read. What a file without trailer holds is known only by
/// reading it, though, and one that holds something else is not ours to replace.
entry::Lookup Answering::look_where_to_store(const entry::TagDirectoryPtr& directory) {
  entry::Lookup lookup = entry::survey(*directory, key_, options_);
  return lookup.hit && lookup.hit->trailerless ? look(directory) : lookup;
}

Source Answering::found(Flight* flight, const entry::TagDirectoryPtr& directory,
                        const entry::Lookup& lookup) {
  const entry::Finding& hit = *lookup.hit;
  Counters& counters = binding_.counters();
  ++counters.from_disk;
  counters.bytes_read += hit.status.size;
  Counters::add(counters.seconds_saved, hit.metadata.seconds);
  if (logs(LogLevel::debug))
    say(LogLevel::debug, fmt::format("read from {}/{}", directory->path(), lookup.name));
  if (!lookup.reason.empty()) say(LogLevel::info, lookup.reason);
  if (hit.markable && options_.mode != Mode::readonly)
    entry::mark_when_durable({directory, lookup.name, key_.stem, key_.identity, hit.status, hit.birth});
  call_.keep();
  if (flight != nullptr) flight->land(call_.share());
  return Source::disk;
}

void Answering::explain_miss(const entry::TagDirectory& directory, const entry::Lookup& lookup) {
  if (lookup.reason.empty()) return;
  say(LogLevel::info, lookup.reason);
  if (lookup.refused || lookup.planted)
    report({directory.path() + "/" + lookup.name, "refused",
            "not used: " + directory.path() + "/" + lookup.reason});
}

Source Answering::compute(Flight* flight, Source source) {
  say(LogLevel::debug, "calls the function");
  const auto start = Clock::now();
  progress_ = Progress::in_function;
  call_.compute();
  progress_ = Progress::after_function;
  if (options_.mode == Mode::refresh) remember_refreshed(flight_key_);
  seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
  Counters& counters = binding_.counters();
  ++counters.computed;
  Counters::add(counters.seconds_computing, seconds_);
  if (source != Source::computed) ++counters.not_stored;
  // A value that could not be stored is still the one of this tag: the next call need not compute it again.
  if (flight != nullptr || source == Source::computed) call_.keep();
  if (flight != nullptr) flight->land(call_.share());
  return source;
}

Source Answering::compute_and_store(Flight* flight, const entry::TagDirectory& directory,
                                    const entry::Lookup& lookup) {
  compute(flight, Source::computed);
  if (!lookup.may_store) {
    ++binding_.counters().not_stored;
    // One that was refused has been reported by then, and is not reported again.
    tell_uncached({binding_.function_name(), lookup.refused ? "refused" : "taken",
                   fmt::format("not {}: {}/{}", lookup.refused ? "used" : "stored", directory.path(), lookup.reason),
                   directory.path() + "/" + lookup.name});
    return Source::computed;
  }
  if (const auto failure = store(binding_, key_, directory, lookup.name, call_, seconds_, options_))
    tell_uncached(*failure);
  return Source::computed;
}

/// Tells that the cache itself failed, as by want of memory; then there may be none to tell it with.
void report_failure(const Binding& binding, const char* why) noexcept try {
  report({binding.context().component(), "failure", fmt::format("the cache failed: {}", why)});
} catch (const std::exception&) {
}

}  // namespace

Source answer(const std::shared_ptr<Binding>& binding, const std::string& arguments, Call& call) {
  Progress progress = Progress::before_function;
  try {
    const Options options = cache_on_disk::options();
    if (options.mode != Mode::off && is_tagged(binding.get())) {
      Answering answering(*binding, arguments, call, options);
      try {
        return answering.run();
      } catch (...) {
        progress = answering.progress();
        throw;
      }
    }
  } catch (const abi::__forced_unwind&) {
    throw;  // the thread is being cancelled
  } catch (const UncachedError&) {
    throw;  // wanted: Options::strict
  } catch (const std::exception& error) {
    // The function's own exceptions pass; the cache's, and those of a codec, cost the caller nothing.
    if (progress == Progress::in_function) throw;
    report_failure(*binding, error.what());
  } catch (...) {
    if (progress == Progress::in_function) throw;
    report_failure(*binding, "a codec threw something that is no std::exception");
  }
  if (progress == Progress::after_function) return Source::computed;
  call.compute();
  return Source::uncached;
}

}  // namespace cache_on_disk::core
