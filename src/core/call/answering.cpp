// The way of one call: buffer, flight, disk, lock, function, disk.
#include "call/answering.hpp"

#include <fmt/format.h>

#include "binding/modes.hpp"
#include "call/answers.hpp"
#include "call/entry_wait.hpp"
#include "call/store.hpp"
#include "store/durable_mark.hpp"
#include "store/last_use.hpp"

namespace cache_on_disk::core {

Source Answering::run() {
  if (const Found source = look_or_wait()) return *source;
  compute();
  return keep_and_store();
}

/// The value from memory, from disk or from another caller.
Answering::Found Answering::look_or_wait() {
  flight_key_ = make_flight_key(binding_, key_.stem);
  while (true) {
    Joined joined = join_flight(flight_key_, call_, deadline_);
    switch (joined.as) {
      case Joined::As::leader:
        if (!call_.is_given() && recalls()) return Source::memory;  // it landed just before we asked
        flight_ = std::move(joined.flight);
        return lead();
      case Joined::As::nested:
        say(LogLevel::debug, "calls itself: straight to the function");
        return std::nullopt;
      case Joined::As::deadlocked:
        say(LogLevel::info, "sees a cycle of waits, and computes it here as well");
        return lead();
      case Joined::As::timed_out:
        say(LogLevel::info, "has waited long enough, and computes it here as well");
        return lead();
      case Joined::As::interrupted:
        return Source::interrupted;
      case Joined::As::landed:
        break;
    }
    if (call_.is_given()) continue;
    if (recalls()) return Source::memory;
    // A refresh wants no value whose flight may have begun before it was asked for.
    if (joined.value.value != nullptr && !wants_refresh() && call_.adopt(joined.value)) {
      ++binding_.counters().shared;
      say(LogLevel::debug, "taken from another caller in this process");
      call_.keep();
      return Source::shared;
    }
  }
}

bool Answering::wants_refresh() const {
  if (options_.mode == Mode::readonly) return false;
  return call_.refresh() || (options_.mode == Mode::refresh && !was_refreshed(flight_key_.hash));
}

/// With a flight (or, where waiting would never end, without one): the value from disk, or where to store it.
Answering::Found Answering::lead() {
  refresh_ = wants_refresh();
  if (const auto end = open_in_patience()) return *end;
  if (options_.mode != Mode::readonly) entry::note_use(*directory_);
  if (options_.mode == Mode::readonly && call_.is_given()) return std::nullopt;
  if (look_here()) return found(lookup_);
  if (!directory_->still_in_place()) {  // removed, or another made in its place, while it was open
    if (const auto end = open_again()) return *end;
    if (look_here()) return found(lookup_);
  }
  if (options_.mode != Mode::readonly) {
    computed_as_ = Source::computed;
    return lock_and_look_again();
  }
  if (directory_->file_system().missing != system::Revalidation::none) {
    lookup_ = entry::Lookup();
    look_once_more(lookup_);
    if (lookup_.hit) return found(lookup_);
  }
  explain_miss(lookup_);
  return std::nullopt;
}

/// Opens the tag directory, within max_wait where there is one. Gives what the call ends with if there is none to be had.
std::optional<Answering::Found> Answering::open_in_patience() {
  if (binding_.context().tmpdir().empty()) {
    tell_uncached({binding_.function_name(), "none",
                   "not cached: there is no writable directory for the cache; set_tmpdir names one", "tmpdir",
                   tag_path()});
    return Found();
  }
  const auto place = binding_.context().place();
  const auto if_open = binding_.context().is_first_look() ? entry::IfOpen::look_again : entry::IfOpen::take;
  if (!deadline_) return take_directory(open_tag_directory(place, if_missing(), if_open));
  Opened opened = open_in_time(place, if_missing(), if_open, call_, *deadline_);
  if (opened.answered == Answered::interrupted) return Source::interrupted;
  if (opened.answered == Answered::no) return without_answer(place.path());
  return take_directory(*std::move(opened.directory));
}

std::optional<Answering::Found> Answering::open_again() {
  const auto place = binding_.context().place();
  forget_tag_directory(place);
  return take_directory(open_tag_directory(place, if_missing()));
}

std::optional<Answering::Found> Answering::take_directory(Result<entry::TagDirectoryPtr> directory) {
  if (directory) {
    directory_ = *std::move(directory);
    return std::nullopt;
  }
  const Error& error = directory.error();
  if (error.code != ENOENT || options_.mode != Mode::readonly)
    tell_uncached(
        {binding_.function_name(), "directory", "not cached: " + system::describe(error), tag_path(), tag_path()});
  return Found();
}

/// True if the directory has the value. A refresh only learns where to store one.
bool Answering::look_here() {
  lookup_ = entry::Lookup();
  if (refresh_)
    lookup_ = look_where_to_store();
  else
    look(lookup_);
  return lookup_.hit && !refresh_;
}

Answering::Found Answering::lock_and_look_again() {
  LockedAs locked = LockedAs::without;
  if (flight_) {
    lock_ = std::make_shared<entry::EntryLock>(directory_, key_.stem);
    EntryWait wait(lock_, directory_, binding_, flight_key_, call_, {deadline_, options_.lost_lock_after});
    do {
      locked = wait.take(lookup_.name);
      if (locked == LockedAs::interrupted) return Source::interrupted;
      if (locked == LockedAs::unanswered) return without_answer(directory_->path());
      if (look_behind_lock(wait.has_waited())) return found(lookup_);
    } while (locked == LockedAs::look_again);
  }
  if (locked == LockedAs::holder) {
    const entry::HolderRecord record{system::this_process(), key_.stem, std::nullopt};
    lock_->announce_in_time(record);
    flight_->set_lock(lock_, record);
  } else {
    // Who gives up waiting for the lock must not be given it while the function runs: no record would tell of that holder,
    // and a cycle of waits that leads through it would be seen by nobody.
    lock_.reset();
  }
  explain_miss(lookup_);
  return std::nullopt;
}

/// The holder before may have stored the value in between, even where the lock was free at once. The very file that a refresh
/// is to replace does not count, and no file where the value is given.
bool Answering::look_behind_lock(bool waited) {
  if (call_.is_given()) {
    if (waited) lookup_ = look_where_to_store();
    return false;
  }
  if (refresh_ && !waited) return false;
  entry::Lookup now;
  look_once_more(now);
  const bool is_new = !refresh_ || !lookup_.hit || (now.hit && !now.hit->status.same_file(lookup_.hit->status));
  lookup_ = std::move(now);
  return lookup_.hit && is_new;
}

void Answering::look(entry::Lookup& lookup) {
  const auto decode = [&](const entry::Finding& finding) {
    call_.learn_arguments(finding.metadata.arguments);
    return call_.load(finding.payload, finding.plain_data_only);
  };
  entry::look_up(*directory_, key_, options_, decode, lookup);
}

/// Past what the client of a network file system remembers of names that it did not find.
void Answering::look_once_more(entry::Lookup& lookup) {
  (void)entry::ask_again(*directory_, key_);
  look(lookup);
}

/// For a value that replaces what is stored, which need not be read. What a file without trailer holds is known only by
/// reading it, though, and one that holds something else is not ours to replace.
entry::Lookup Answering::look_where_to_store() {
  entry::Lookup lookup = entry::survey(*directory_, key_, options_);
  if (lookup.unread) {
    lookup = entry::Lookup();
    look(lookup);
  }
  return lookup;
}

Source Answering::found(const entry::Lookup& lookup) {
  const entry::Finding& hit = *lookup.hit;
  Counters& counters = binding_.counters();
  ++counters.from_disk;
  counters.bytes_read += hit.status.size;
  Counters::add(counters.seconds_saved, hit.metadata.seconds);
  if (system::logs(LogLevel::debug))
    say(LogLevel::debug, fmt::format("read from {}/{}", directory_->path(), lookup.name));
  if (!lookup.reason.empty()) say(LogLevel::info, lookup.reason);
  tell_damage(lookup);  // of the plain name, where the hit lies beside it
  if (hit.markable && options_.mode != Mode::readonly)
    entry::mark_when_durable({directory_, lookup.name, key_.stem, key_.identity, hit.status, hit.birth});
  call_.keep();
  if (flight_) flight_->land(call_.share());
  return Source::disk;
}

void Answering::explain_miss(const entry::Lookup& lookup) {
  if (lookup.reason.empty()) return;
  say(LogLevel::info, lookup.reason);
  tell_damage(lookup);
  if (lookup.refused || lookup.planted)
    system::report(
        {directory_->path() + "/" + lookup.name, "refused", "not used: " + directory_->path() + "/" + lookup.reason});
}

/// Once a directory and kind: a failing disk damages many.
void Answering::tell_damage(const entry::Lookup& lookup) {
  if (lookup.damage.empty()) return;
  const std::string kind = lookup.damage.substr(0, lookup.damage.find(": "));
  system::report(
      {directory_->path(), "damaged: " + kind,
       fmt::format("{}/{} is damaged and not used: {}", directory_->path(), lookup.damaged_name, lookup.damage)});
}

void Answering::compute() {
  begin_computing();
  call_.compute();
  end_computing();
}

void Answering::begin_computing() {
  say(LogLevel::debug, "calls the function");
  lookup_.hit.reset();  // a file that is to be replaced need not stay in memory meanwhile
  computation_.emplace(call_.caller());
  progress_ = Progress::in_function;
}

void Answering::end_computing() {
  progress_ = Progress::after_function;
  if (options_.mode == Mode::refresh) remember_refreshed(flight_key_.hash);
  seconds_ = computation_->own_seconds();
  computation_.reset();
  Counters& counters = binding_.counters();
  ++counters.computed;
  Counters::add(counters.seconds_computing, seconds_);
}

Source Answering::keep_and_store() {
  Counters& counters = binding_.counters();
  // A value that could not be stored is still the one of this tag: the next call need not compute it again.
  if (flight_ || computed_as_ == Source::computed) call_.keep();
  if (flight_) flight_->land(call_.share());
  if (computed_as_ != Source::computed) {
    ++counters.not_stored;
    return computed_as_;
  }
  if (!lookup_.may_store) {
    ++counters.not_stored;
    const std::string path = directory_->path() + "/";
    // One that was refused has been reported by then, and is not reported again.
    tell_uncached({binding_.function_name(), lookup_.refused ? "refused" : "taken",
                   fmt::format("not {}: {}{}", lookup_.refused ? "used" : "stored", path, lookup_.reason),
                   path + lookup_.name, tag_path()});
  } else if (const auto failure = store(binding_, key_, *directory_, lookup_.name, call_, seconds_, options_)) {
    tell_uncached(*failure);
  }
  return Source::computed;
}

}  // namespace cache_on_disk::core
