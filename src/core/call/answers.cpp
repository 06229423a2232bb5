#include "call/answers.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "files/calls.hpp"
#include "process/errand.hpp"
#include "process/fork.hpp"

namespace cache_on_disk::core {
namespace {

using Clock = std::chrono::steady_clock;

/// Directories that threads hang at opening: one thread for each is enough.
struct Openings {
  system::GlobalMutex mutex{system::MutexRank::directories};
  std::multiset<std::string> hanging;  // paths

  void note(const std::string& path) {
    const std::lock_guard lock(mutex);
    hanging.insert(path);
  }
  void forget(const std::string& path) {
    const std::lock_guard lock(mutex);
    if (const auto found = hanging.find(path); found != hanging.end()) hanging.erase(found);
  }
  bool hangs(const std::string& path) {
    const std::lock_guard lock(mutex);
    return hanging.contains(path);
  }
  void after_fork_in_child() { hanging.clear(); }  // the threads are the parent's
};

Openings& openings() { return system::lasting<Openings>(); }

/// Who comes to his end second, the caller or the thread, takes back that the thread hangs.
class LeftBehind {
 public:
  bool is_second() { return left_.exchange(true); }

 private:
  std::atomic<bool> left_{false};
};

/// Waits for an errand. If it is not done in time, it hangs from now on: `hangs(true)`, and `hangs(false)` if it is done after all.
template <class Hangs>
Answered wait_for(system::Errand& errand, LeftBehind& left, Call& call, Clock::time_point deadline, Hangs hangs) {
  const auto last = std::max(deadline, Clock::now() + patience_with_server);
  while (true) {
    call.before_wait();
    const bool done = errand.wait(wait_slice);
    call.after_wait();
    if (done) return Answered::yes;
    const bool interrupted = call.interrupted();
    if (!interrupted && Clock::now() < last) continue;
    hangs(true);
    if (left.is_second()) {  // it has come back just now
      hangs(false);
      if (!interrupted) return Answered::yes;
    }
    return interrupted ? Answered::interrupted : Answered::no;
  }
}

void ask(const entry::TagDirectory& directory) {
  system::FileStatus status;
  (void)system::ask_server(directory.descriptor(), status);
  directory.note_answer();
}

}  // namespace

Answered answers(const entry::TagDirectoryPtr& directory, Call& call, Clock::time_point deadline) {
  if (!directory->on_network() || directory->has_just_answered()) return Answered::yes;
  if (directory->is_unanswered()) return Answered::no;  // one thread that hangs there is enough
  auto left = std::make_shared<LeftBehind>();
  system::Errand question([directory, left] {
    ask(*directory);
    if (left->is_second()) directory->count_unanswered(-1);
  });
  return wait_for(question, *left, call, deadline, [&](bool hangs) { directory->count_unanswered(hangs ? 1 : -1); });
}

Opened open_in_time(const entry::Place& place, entry::IfMissing if_missing, entry::IfOpen if_open, Call& call,
                    Clock::time_point deadline) {
  const std::string path = place.path();
  if (openings().hangs(path)) return {Answered::no, std::nullopt};
  if (const auto known = entry::known_tag_directory(place)) {
    const Answered answered = answers(known, call, deadline);
    if (answered != Answered::yes) return {answered, std::nullopt};
    return {answered, entry::open_tag_directory(place, if_missing, if_open)};
  }
  struct UnderWay {
    LeftBehind left;
    std::optional<Result<entry::TagDirectoryPtr>> directory;
  };
  auto under_way = std::make_shared<UnderWay>();
  system::Errand opening([under_way, place, path, if_missing, if_open] {
    under_way->directory = entry::open_tag_directory(place, if_missing, if_open);
    // What a client remembers may have been enough until here.
    if (*under_way->directory && (**under_way->directory)->on_network()) ask(***under_way->directory);
    if (under_way->left.is_second()) openings().forget(path);
  });
  const auto hangs = [&path](bool does) { does ? openings().note(path) : openings().forget(path); };
  const Answered answered = wait_for(opening, under_way->left, call, deadline, hangs);
  if (answered != Answered::yes) return {answered, std::nullopt};
  return {answered, std::move(under_way->directory)};
}

}  // namespace cache_on_disk::core
