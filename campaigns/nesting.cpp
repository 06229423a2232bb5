// Cached methods that call cached methods, from threads and processes, in the same order and in both orders at once;
// functions that fork; and a process that is stopped while it computes.
//
// Where the waits make a circle, somebody computes without waiting; where they make none, nothing is computed twice.
#include <signal.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

#include "campaign.hpp"
#include "shared_counters.hpp"
#include "specimen.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t processes = 4;
constexpr std::uint64_t threads = 3;  // in each

struct Board {
  Counter arrived, computed, wrong, ended;
  std::atomic<bool> go{false};
};

/// Three methods; each asks for the next one, or for the one before.
class Chain {
 public:
  Chain(Board& board, bool forwards) : board_(&board), step_(forwards ? 1 : 2) {}

  double value(int i) const { return value(i, 3); }

 private:
  double value(int i, int depth) const {
    return *value_(i, [this, i, depth] {
      ++board_->computed;
      std::this_thread::sleep_for(2ms);  // so that others come while it runs
      const int next = (i + step_) % 3;
      // The value is the same whether the others are asked or not.
      const bool asks = step_ == 1 ? next > i : depth > 1;
      if (asks && value(next, depth - 1) != next + 0.5) ++board_->wrong;
      return i + 0.5;
    });
  }

  Board* board_;
  int step_;
  Cached<double(int)> value_;
  CACHE_ON_DISK(Chain, value_)
};

void wait_for(const std::atomic<bool>& flag) {
  while (!flag) std::this_thread::sleep_for(200us);
}

/// What one process does: in threads, on objects of their own.
int ask(const std::string& directory, Board& board, bool in_both_orders) {
  std::vector<std::jthread> crew;
  for (std::uint64_t i = 0; i < threads; ++i)
    crew.emplace_back([&, i] {
      Chain chain(board, !(in_both_orders && i % 2 == 1));
      cache_on_disk::set_tmpdir(chain, directory);
      cache_on_disk::set_tag(chain, "night");
      ++board.arrived;
      wait_for(board.go);
      const int first = in_both_orders ? static_cast<int>(i) : 0;
      if (chain.value(first) != first + 0.5) ++board.wrong;
      ++board.ended;
    });
  crew.clear();
  return 0;
}

/// Returns how many never came back.
std::uint64_t release(bool in_both_orders, std::uint64_t& twice, std::uint64_t& wrong) {
  TemporaryDirectory directory;
  Shared<Board> board;
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (std::uint64_t i = 0; i < processes; ++i)
    children.push_back(std::make_unique<ChildProcess>([&] { return ask(directory.path(), *board, in_both_orders); }));
  while (board->arrived < processes * threads) std::this_thread::sleep_for(200us);
  board->go = true;
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (board->ended < processes * threads && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  wrong += board->wrong;
  if (!in_both_orders) twice += board->computed != 3;
  return processes * threads - board->ended;
}

/// A function that forks while it computes; the child asks for the same entry and others, and so does the parent.
bool fork_in_the_middle() {
  TemporaryDirectory directory;
  std::unique_ptr<ChildProcess> child;
  const auto specimen = tagged_specimen(directory.path(), "night", [&] {
    if (child) return;
    child = std::make_unique<ChildProcess>([&] {
      const auto own = tagged_specimen(directory.path(), "night");
      return own->is_right(0) && own->is_right(Specimen::text_method()) ? 0 : 1;
    });
  });
  const bool right = specimen->is_right(Specimen::text_method()) && specimen->is_right(0);
  return right && child->wait() == 0;
}

/// Forks, at any moment, while another thread computes and stores: the child asks the same object for the same values. Returns
/// how many children did not end within half a minute, or had wrong values; the first of them is the last.
std::uint64_t fork_at_any_moment(std::uint64_t forks, Random& random) {
  constexpr std::size_t methods = 5;
  TemporaryDirectory directory;
  std::uint64_t gone_wrong = 0;
  for (std::uint64_t i = 0; i < forks && gone_wrong == 0; ++i) {
    expect_progress();
    const auto specimen = tagged_specimen(directory.path(), "night " + std::to_string(i));
    const auto all_are_right = [&specimen] {
      bool right = true;
      for (std::size_t method = 0; method < methods; ++method) right = specimen->is_right(method) && right;
      return right;
    };
    std::jthread busy([&] { gone_wrong += !all_are_right(); });
    std::this_thread::sleep_for(std::chrono::microseconds(below(random, 1000)));
    ChildProcess child([&] {
      ::alarm(30);
      return all_are_right() ? 0 : 1;
    });
    const bool right = child.wait() == 0;
    busy.join();
    gone_wrong += !right;
  }
  return gone_wrong;
}

/// A holder that is stopped for good is passed over.
class Stopped {
 public:
  Stopped()
      : holder_([this] {
          tagged_specimen(directory_.path(), "night", [this] {
            ++board_->arrived;
            std::this_thread::sleep_for(10min);
          })->is_right(0);
          return 1;
        }) {
    while (board_->arrived == 0) std::this_thread::sleep_for(1ms);
    holder_.kill(SIGSTOP);
    waiter_ = std::make_unique<ChildProcess>([this] {
      board_->wrong += !tagged_specimen(directory_.path(), "night")->is_right(0);
      ++board_->ended;
      return 0;
    });
  }
  /// After half a minute at most.
  bool passed_over() {
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (board_->ended == 0 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
    return board_->ended == 1 && board_->wrong == 0;
  }

 private:
  TemporaryDirectory directory_;
  Shared<Board> board_;
  ChildProcess holder_;
  std::unique_ptr<ChildProcess> waiter_;
};

}  // namespace

void nest(const Plan& plan, Report& report) {
  constexpr std::uint64_t forks_each_round = 200;
  Random random(plan.seed);
  std::uint64_t rounds = 0, stuck = 0, twice = 0, wrong = 0, forks = 0, forks_gone_wrong = 0, stopped = 0,
                not_passed = 0;
  for (const Timer timer(plan); timer.running();) {
    Stopped holder;
    // It takes five seconds until a stopped holder is passed over; meanwhile the others have their rounds.
    const auto next = std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(plan.time / 2, 10s);
    do {
      expect_progress();
      stuck += release(false, twice, wrong);
      stuck += release(true, twice, wrong);
      forks_gone_wrong += !fork_in_the_middle();
      if (forks_gone_wrong == 0) forks_gone_wrong += fork_at_any_moment(forks_each_round, random);
      forks += forks_each_round;
      ++rounds;
    } while (std::chrono::steady_clock::now() < next);
    ++stopped;
    not_passed += !holder.passed_over();
  }
  report.must_be_some("rounds", rounds);
  report.must_be_none("wrong values", wrong);
  report.must_be_none("stuck callers", stuck);
  report.must_be_none("computed more than once", twice);
  report.must_be_some("forks", forks);
  report.must_be_none("forks gone wrong", forks_gone_wrong);
  report.must_be_some("stopped holders", stopped);
  report.must_be_none("not passed over", not_passed);
}

}  // namespace campaign
