#include "call/flights.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "process/fork.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk::core {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds wait_slice{100};  // how soon an interruption or a deadline is seen
constexpr std::size_t longest_chain = 256;

bool contains(const Callers& callers, Caller caller) {
  return std::find(callers.begin(), callers.end(), caller) != callers.end();
}

/// A flight under way, shared by its leader and those who wait.
struct State {
  FlightKey key;
  Caller leader = 0;
  bool ended = false;
  bool orphaned = false;  // in a forked child: nobody waits, and the condition must not be touched
  SharedValue value;
  std::shared_ptr<entry::EntryLock> lock;
  entry::HolderRecord record;
  std::optional<std::condition_variable_any> changed;  // made by the first who waits: most flights land unseen
};

struct Flights {
  system::GlobalMutex mutex{system::MutexRank::flights};
  std::map<entry::Hash128, std::shared_ptr<State>> under_way;
  // What each waiting caller waits for: several entries, where tasks of one computation wait at a time.
  std::unordered_multimap<Caller, entry::AwaitedEntry> waiting;

  void after_fork_in_child() {
    for (const auto& [key, state] : under_way) state->orphaned = true;
    under_way.clear();
    waiting.clear();
  }
};

Flights& flights() { return system::lasting<Flights>(); }

class LedFlight : public Flight {
 public:
  explicit LedFlight(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ~LedFlight() override {
    Flights& all = flights();
    std::shared_ptr<entry::EntryLock> last;  // goes after the mutex: its end may take long
    const std::lock_guard lock(all.mutex);
    state_->ended = true;
    last.swap(state_->lock);
    if (state_->orphaned) return;
    const auto place = all.under_way.find(state_->key.hash);
    if (place != all.under_way.end() && place->second == state_) all.under_way.erase(place);
    if (state_->changed) state_->changed->notify_all();
  }
  void land(const SharedValue& value) override {
    const std::lock_guard lock(flights().mutex);
    state_->value = value;
  }
  void set_lock(std::shared_ptr<entry::EntryLock> lock, const entry::HolderRecord& record) override {
    const std::lock_guard guard(flights().mutex);
    state_->lock.swap(lock);  // the one before goes after the mutex: its end may take long
    state_->record = record;
  }

 private:
  std::shared_ptr<State> state_;
};

/// True if the one may have the value that the other brings: two classes of one name ask for the same entry and mean
/// different ones, and who believes less must not get on this way what he would not read.
bool is_for_both(const FlightKey& one, const FlightKey& other) {
  return one.method == other.method && one.trust == other.trust;
}

/// Waits in slices, asking the call between them whether it still wants to.
Joined wait_for(const std::shared_ptr<State>& state, const FlightKey& key, Call& call,
                std::optional<Clock::time_point> deadline) {
  Flights& all = flights();
  const Callers callers = call.callers();
  WaitMark mark(callers, state->key);
  bool cycle_seen = false;
  for (int slices = 0;; ++slices) {
    call.before_wait();
    bool ended = false;
    {
      std::unique_lock lock(all.mutex);
      if (!state->changed) state->changed.emplace();
      ended = state->changed->wait_for(lock, slices == 0 ? std::chrono::milliseconds(0) : wait_slice,
                                       [&] { return state->ended; });
    }
    call.after_wait();
    if (ended) {
      const std::lock_guard lock(all.mutex);
      return {Joined::As::landed, nullptr, is_for_both(key, state->key) ? state->value : SharedValue{}};
    }
    if (call.interrupted()) return {Joined::As::interrupted, nullptr, {}};
    if (deadline && Clock::now() >= *deadline) return {Joined::As::timed_out, nullptr, {}};
    if (leads_back_to(callers, state->key, false)) return {Joined::As::deadlocked, nullptr, {}};
    mark.update();
    // The records of other processes may lag behind: a cycle counts when it is seen twice.
    if (slices % 2 == 1) {
      const bool cycle = leads_back_to(callers, state->key, true);
      if (cycle && cycle_seen) return {Joined::As::deadlocked, nullptr, {}};
      cycle_seen = cycle;
    }
  }
}

/// The leader of an entry's flight in this process; nullptr if it has none. The mutex is held.
const State* led_here(const Flights& all, const entry::AwaitedEntry& entry) {
  for (const auto& [hash, state] : all.under_way)
    if (state->key.awaited == entry) return state.get();
  return nullptr;
}

/// What a caller waits for, other than `entry`; nullopt if it is at work. The mutex is held.
std::optional<entry::AwaitedEntry> other_wait(const Flights& all, Caller caller, const entry::AwaitedEntry& entry) {
  const auto [begin, end] = all.waiting.equal_range(caller);
  for (auto wait = begin; wait != end; ++wait)
    if (!(wait->second == entry)) return wait->second;
  return std::nullopt;
}

/// What whoever waits for `entry` waits for as other processes see it. A leader that computes without the lock (it saw a
/// cycle, say) has no record where they could read on: then it is what that leader waits for, or nothing if it is at work.
std::optional<entry::AwaitedEntry> awaited_across_processes(entry::AwaitedEntry entry) {
  Flights& all = flights();
  const std::lock_guard lock(all.mutex);
  for (std::size_t steps = 0; steps < longest_chain; ++steps) {
    const State* const state = led_here(all, entry);
    if (state == nullptr) return std::nullopt;  // it has just ended
    if (state->lock != nullptr) return entry;
    if (!all.waiting.contains(state->leader)) return std::nullopt;
    const auto next = other_wait(all, state->leader, entry);
    if (!next) return entry;  // for the lock of this very entry
    entry = *next;
  }
  return std::nullopt;
}

/// Writes into the records of all entries the caller holds what it waits for, whatever thread holds them: callers may be those of
/// a task or thread that a computation has started and that outlives it.
void tell_waits(const Callers& callers, const std::optional<entry::AwaitedEntry>& awaited) {
  std::vector<std::pair<std::shared_ptr<entry::EntryLock>, entry::HolderRecord>> held;
  {
    Flights& all = flights();
    const std::lock_guard lock(all.mutex);
    for (const auto& [key, state] : all.under_way)
      if (contains(callers, state->leader) && state->lock != nullptr) held.emplace_back(state->lock, state->record);
  }
  for (auto& [lock, record] : held) {
    record.awaited = awaited;
    lock->announce(record);
  }
}

}  // namespace

FlightKey make_flight_key(const Binding& binding, const std::string& stem) {
  std::string directory_path = binding.context().one_path();
  std::string text;
  text.reserve(16 + directory_path.size() + stem.size());
  text::append_sized(text, directory_path);
  text::append_sized(text, stem);
  return {entry::hash_128(text),
          {std::move(directory_path), entry::lock_offset(stem)},
          &binding.method(),
          binding.context().settings().trust};
}

Joined join_flight(const FlightKey& key, Call& call, std::optional<Clock::time_point> deadline) {
  Flights& all = flights();
  // Made first, so that nothing can fail between taking the lead and having a flight that ends.
  auto fresh = std::make_shared<State>();
  fresh->key = key;
  fresh->leader = call.caller();
  auto led = std::make_unique<LedFlight>(fresh);
  std::shared_ptr<State> state;
  {
    const std::lock_guard lock(all.mutex);
    const auto [place, is_first] = all.under_way.try_emplace(key.hash, fresh);
    if (is_first) return {Joined::As::leader, std::move(led), {}};
    state = place->second;
  }
  if (contains(call.callers(), state->leader)) return {Joined::As::nested, nullptr, {}};
  return wait_for(state, key, call, deadline);
}

WaitMark::WaitMark(Callers callers, const FlightKey& key) : callers_(std::move(callers)), awaited_(key.awaited) {
  {
    Flights& all = flights();
    const std::lock_guard lock(all.mutex);
    all.waiting.reserve(all.waiting.size() + callers_.size());
    for (const Caller caller : callers_) all.waiting.emplace(caller, awaited_);
  }
  update();
}

void WaitMark::update() {
  const auto awaited = awaited_across_processes(awaited_);
  if (awaited == told_) return;
  tell_waits(callers_, awaited);
  told_ = awaited;
}

WaitMark::~WaitMark() try {
  {
    Flights& all = flights();
    const std::lock_guard lock(all.mutex);
    for (const Caller caller : callers_) {
      const auto [begin, end] = all.waiting.equal_range(caller);
      for (auto wait = begin; wait != end; ++wait)
        if (wait->second == awaited_) {
          all.waiting.erase(wait);
          break;
        }
    }
  }
  if (told_) tell_waits(callers_, std::nullopt);
} catch (const std::exception&) {  // out of memory: the records are advice, and the next wait corrects them
}

bool leads_back_to(const Callers& callers, const FlightKey& from, bool across_processes) {
  Flights& all = flights();
  std::vector<entry::AwaitedEntry> reached{from.awaited};
  for (std::size_t next = 0; next < reached.size() && next < longest_chain; ++next) {
    // A copy: the vector grows below.
    const entry::AwaitedEntry current = reached[next];
    const auto reach = [&](const entry::AwaitedEntry& entry) {
      for (const entry::AwaitedEntry& known : reached)
        if (known == entry) return;
      reached.push_back(entry);
    };
    {
      const std::lock_guard lock(all.mutex);
      if (const State* const state = led_here(all, current)) {
        if (contains(callers, state->leader) && next > 0) return true;
        const auto [begin, end] = all.waiting.equal_range(state->leader);
        if (begin == end) continue;  // the leader is at work
        bool waits_for_lock = false;
        for (auto wait = begin; wait != end; ++wait)
          if (wait->second == current)
            waits_for_lock = true;
          else
            reach(wait->second);
        if (!waits_for_lock) continue;
        // The leader waits for the file lock of its own entry: the holder in another process comes next.
      }
    }
    if (!across_processes) continue;
    const auto holder = entry::find_holder(current);
    if (holder && holder->awaited) reach(*holder->awaited);
  }
  return false;
}

}  // namespace cache_on_disk::core
