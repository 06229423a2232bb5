// Processes and threads that are released at once on the same missing entries: each entry is computed once.
#include <pthread.h>

#include <barrier>
#include <memory>
#include <thread>

#include "campaign.hpp"
#include "shared_counters.hpp"
#include "specimen.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace campaign {
namespace {

constexpr std::uint64_t processes = 64;
constexpr std::uint64_t threads = 64;

struct Board {
  Counter arrived, computed, wrong;
  std::atomic<bool> go{false};
};

void wait_for(const std::atomic<bool>& flag) {
  while (!flag) std::this_thread::sleep_for(std::chrono::microseconds(200));
}

std::function<void()> slowly(Board& board) {
  return [&board] {
    ++board.computed;
    std::this_thread::sleep_for(std::chrono::milliseconds(3));  // so that the others come while it runs
  };
}

/// Returns how many got no answer.
std::uint64_t release_processes(const std::string& directory, std::size_t method, Board& board) {
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (std::uint64_t i = 0; i < processes; ++i)
    children.push_back(std::make_unique<ChildProcess>([&] {
      const auto specimen = tagged_specimen(directory, "processes", slowly(board));
      ++board.arrived;
      wait_for(board.go);
      board.wrong += !specimen->is_right(method);
      return 0;
    }));
  while (board.arrived < processes) std::this_thread::sleep_for(std::chrono::microseconds(200));
  board.go = true;
  std::uint64_t failed = 0;
  for (const auto& child : children) failed += child->wait() != 0;
  return failed;
}

void release_threads(const std::string& directory, std::size_t method, Board& board) {
  std::barrier start(threads);
  std::vector<std::jthread> crowd;
  for (std::uint64_t i = 0; i < threads; ++i)
    crowd.emplace_back([&] {
      const auto specimen = tagged_specimen(directory, "threads", slowly(board));
      start.arrive_and_wait();
      board.wrong += !specimen->is_right(method);
    });
}

}  // namespace

void release_crowds(const Plan& plan, Report& report) {
  Random random(plan.seed);
  std::uint64_t rounds = 0, wrong = 0, failed = 0, twice = 0;
  for (const Timer timer(plan); timer.running(); ++rounds) {
    expect_progress();
    TemporaryDirectory directory;
    const std::size_t method = below(random, Specimen::methods());
    Shared<Board> of_processes, of_threads;
    failed += release_processes(directory.path(), method, *of_processes);
    release_threads(directory.path(), method, *of_threads);
    wrong += of_processes->wrong + of_threads->wrong;
    twice += (of_processes->computed != 1) + (of_threads->computed != 1);
  }
  report.must_be_some("crowds", 2 * rounds);
  report.must_be_none("wrong values", wrong);
  report.must_be_none("failed callers", failed);
  report.must_be_none("computed more than once", twice);
}

}  // namespace campaign
