// How soon a waiter takes over when the process that computed is killed, also when that one had forked a
// child that lives on.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "campaign.hpp"
#include "shared_counters.hpp"
#include "specimen.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Board {
  Counter computing;                 ///< the holder runs its function
  std::atomic<Clock::rep> woken{0};  ///< when the waiter's function ran
};

/// One round; how long the waiter took, or nothing if it never did.
std::optional<Clock::duration> round(bool with_child) {
  TemporaryDirectory directory;
  Shared<Board> board;
  ChildProcess holder([&] {
    const auto specimen = tagged_specimen(directory.path(), "night", [&] {
      if (with_child && ::fork() == 0) {
        std::this_thread::sleep_for(2s);
        ::_exit(0);
      }
      ++board->computing;
      std::this_thread::sleep_for(1min);
    });
    return specimen->is_right(0) ? 0 : 1;
  });
  while (board->computing == 0) std::this_thread::sleep_for(1ms);
  ChildProcess waiter([&] {
    const auto specimen =
        tagged_specimen(directory.path(), "night", [&] { board->woken = Clock::now().time_since_epoch().count(); });
    return specimen->is_right(0) ? 0 : 1;
  });
  std::this_thread::sleep_for(30ms);  // until it waits
  const auto death = Clock::now();
  holder.kill(SIGKILL);
  holder.wait();
  if (waiter.wait() != 0 || board->woken == 0) return std::nullopt;
  return Clock::duration(board->woken.load()) - death.time_since_epoch();
}

}  // namespace

void wake_waiters(const Plan& plan, Report& report) {
  std::vector<std::uint64_t> microseconds;
  std::uint64_t stuck = 0;
  for (const Timer timer(plan); timer.running();) {
    expect_progress();
    const auto took = round(microseconds.size() % 2 == 1);
    if (took)
      microseconds.push_back(
          static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(*took).count()));
    else
      ++stuck;
  }
  std::ranges::sort(microseconds);
  report.must_be_some("deaths", microseconds.size());
  report.must_be_none("stuck callers", stuck);
  if (microseconds.empty()) return;
  const std::uint64_t late = microseconds[microseconds.size() * 99 / 100];
  report.figure("median us", microseconds[microseconds.size() / 2]);
  report.figure("99th percentile us", late);
  if (plan.timed) report.must_be_none("99th percentile beyond 50 ms", late > 50'000);
}

}  // namespace campaign
