#include "call/own_time.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_map>

#include "process/fork.hpp"

namespace cache_on_disk::core {

using Clock = std::chrono::steady_clock;

struct ShareOfOthers {
  int at_work = 0;            // calls for other values under way
  Clock::time_point since{};  // when there began to be one
  Clock::duration done{0};
};

namespace {

/// Of each caller, the innermost one last.
struct Computations {
  system::GlobalMutex mutex{system::MutexRank::slots};
  std::unordered_map<std::uintptr_t, std::vector<std::shared_ptr<ShareOfOthers>>> under_way;
};

// How many there are, which is mostly none. A call within one begins after it, and so sees it counted.
std::atomic<std::size_t> computations_under_way{0};

Computations& computations() { return system::lasting<Computations>(); }

}  // namespace

Computation::Computation(std::uintptr_t caller)
    : caller_(caller), others_(std::make_shared<ShareOfOthers>()), start_(Clock::now()) {
  Computations& all = computations();
  const std::lock_guard lock(all.mutex);
  // Where memory runs out, nobody is left without a computation: who asks for the innermost one counts on it.
  const auto known = all.under_way.find(caller_);
  if (known == all.under_way.end())
    all.under_way.emplace(caller_, std::vector{others_});
  else
    known->second.push_back(others_);
  computations_under_way.fetch_add(1, std::memory_order_relaxed);
}

Computation::~Computation() {
  Computations& all = computations();
  const std::lock_guard lock(all.mutex);
  computations_under_way.fetch_sub(1, std::memory_order_relaxed);
  const auto mine = all.under_way.find(caller_);
  std::erase(mine->second, others_);
  if (mine->second.empty()) all.under_way.erase(mine);
}

double Computation::own_seconds() const {
  const auto now = Clock::now();
  const std::lock_guard lock(computations().mutex);
  Clock::duration others = others_->done;
  if (others_->at_work > 0) others += now - others_->since;
  return std::max(0.0, std::chrono::duration<double>(now - start_ - others).count());
}

TimeOfOthers::TimeOfOthers(const Call& call) {
  if (computations_under_way.load(std::memory_order_relaxed) != 0) begin(call.callers());
}

void TimeOfOthers::begin(const std::vector<std::uintptr_t>& callers) {
  Computations& all = computations();
  const std::lock_guard lock(all.mutex);
  for (const std::uintptr_t caller : callers) {
    const auto place = all.under_way.find(caller);
    if (place == all.under_way.end()) continue;
    ShareOfOthers& others = *within_.emplace_back(place->second.back());
    if (others.at_work++ == 0) others.since = Clock::now();
  }
}

TimeOfOthers::~TimeOfOthers() {
  if (within_.empty()) return;
  const std::lock_guard lock(computations().mutex);
  for (const auto& others : within_)
    if (--others->at_work == 0) others->done += Clock::now() - others->since;
}

}  // namespace cache_on_disk::core
