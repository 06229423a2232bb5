#include "core/flights.hpp"

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "entry/little_endian.hpp"
#include "system/fork.hpp"

namespace cache_on_disk::core {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds wait_slice{100};  // how soon an interruption or a deadline is seen
constexpr int longest_chain = 256;

/// A flight under way, shared by its leader and those who wait.
struct State {
  FlightKey key;
  Caller leader = 0;
  bool ended = false;
  bool orphaned = false;  // in a forked child: nobody waits, and the condition must not be touched
  SharedValue value;
  entry::EntryLock* lock = nullptr;
  entry::HolderRecord record;
  std::optional<std::condition_variable_any>
      changed;  // made by the first who waits: most flights land unseen
};

struct Flights {
  system::GlobalMutex mutex{system::MutexRank::flights};
  std::map<entry::Hash128, std::shared_ptr<State>> under_way;
  std::unordered_map<Caller, FlightKey> waiting;  // what each waiting caller waits for
};

Flights& flights() {
  static Flights& leaked = system::leaked_with_fork_action<Flights>([](Flights& copy) {
    for (const auto& [key, state] : copy.under_way) state->orphaned = true;
    copy.under_way.clear();
    copy.waiting.clear();
  });
  return leaked;
}

class LedFlight : public Flight {
 public:
  explicit LedFlight(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ~LedFlight() override {
    Flights& all = flights();
    const std::lock_guard lock(all.mutex);
    state_->ended = true;
    state_->lock = nullptr;
    if (state_->orphaned) return;
    const auto place = all.under_way.find(state_->key.hash);
    if (place != all.under_way.end() && place->second == state_) all.under_way.erase(place);
    if (state_->changed) state_->changed->notify_all();
  }
  void land(const SharedValue& value) override {
    const std::lock_guard lock(flights().mutex);
    state_->value = value;
  }
  void set_lock(entry::EntryLock* lock, const entry::HolderRecord& record) override {
    const std::lock_guard guard(flights().mutex);
    state_->lock = lock;
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
  const Caller caller = call.caller();
  WaitMark mark(caller, state->key);
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
    if (leads_back_to(caller, state->key, false)) return {Joined::As::deadlocked, nullptr, {}};
    mark.update();
    // The records of other processes may lag behind: a cycle counts when it is seen twice.
    if (slices % 2 == 1) {
      const bool cycle = leads_back_to(caller, state->key, true);
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

/// What whoever waits for `entry` waits for as other processes see it. A leader that computes without the lock (it saw a
/// cycle, say) has no record where they could read on: then it is what that leader waits for, or nothing if it is at work.
std::optional<entry::AwaitedEntry> awaited_across_processes(entry::AwaitedEntry entry) {
  Flights& all = flights();
  const std::lock_guard lock(all.mutex);
  for (int steps = 0; steps < longest_chain; ++steps) {
    const State* const state = led_here(all, entry);
    if (state == nullptr) return std::nullopt;  // it has just ended
    if (state->lock != nullptr) return entry;
    const auto waits = all.waiting.find(state->leader);
    if (waits == all.waiting.end()) return std::nullopt;
    if (waits->second.awaited == entry) return entry;  // for the lock of this very entry
    entry = waits->second.awaited;
  }
  return std::nullopt;
}

/// Writes into the records of all entries the caller holds what it waits for. The locks belong to the calling thread, so
/// only finding them needs the mutex.
void tell_waits(Caller caller, const std::optional<entry::AwaitedEntry>& awaited) {
  std::vector<std::pair<entry::EntryLock*, entry::HolderRecord>> held;
  {
    Flights& all = flights();
    const std::lock_guard lock(all.mutex);
    for (const auto& [key, state] : all.under_way)
      if (state->leader == caller && state->lock != nullptr) held.emplace_back(state->lock, state->record);
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
  entry::append_sized(text, directory_path);
  entry::append_sized(text, stem);
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
  if (state->leader == call.caller()) return {Joined::As::nested, nullptr, {}};
  return wait_for(state, key, call, deadline);
}

WaitMark::WaitMark(Caller caller, const FlightKey& key) : caller_(caller), awaited_(key.awaited) {
  {
    Flights& all = flights();
    const std::lock_guard lock(all.mutex);
    all.waiting.insert_or_assign(caller, key);
  }
  update();
}

void WaitMark::update() {
  const auto awaited = awaited_across_processes(awaited_);
  if (awaited == told_) return;
  tell_waits(caller_, awaited);
  told_ = awaited;
}

WaitMark::~WaitMark() try {
  {
    Flights& all = flights();
    const std::lock_guard lock(all.mutex);
    all.waiting.erase(caller_);
  }
  if (told_) tell_waits(caller_, std::nullopt);
} catch (const std::exception&) {  // out of memory: the records are advice, and the next wait corrects them
}

bool leads_back_to(Caller caller, const FlightKey& from, bool across_processes) {
  Flights& all = flights();
  entry::AwaitedEntry current = from.awaited;
  for (int steps = 0; steps < longest_chain; ++steps) {
    {
      const std::lock_guard lock(all.mutex);
      if (const State* const state = led_here(all, current)) {
        if (state->leader == caller && steps > 0) return true;
        const auto waits = all.waiting.find(state->leader);
        if (waits == all.waiting.end()) return false;  // the leader is at work
        if (!(waits->second.awaited == current)) {
          current = waits->second.awaited;
          continue;
        }
        // The leader waits for the file lock of its own entry: the holder in another process comes next.
      }
    }
    if (!across_processes) return false;
    const auto holder = entry::find_holder(current);
    if (!holder || !holder->awaited) return false;
    if (*holder->awaited == current) return false;
    current = *holder->awaited;
  }
  return false;
}

}  // namespace cache_on_disk::core
