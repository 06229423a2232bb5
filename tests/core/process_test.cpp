// One computation between processes: waiting, dying, stopping, cycles, forks.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "core/bytes_front_door.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace std::chrono_literals;
using bytes::BytesCell;
using bytes::Hooks;
using cache_on_disk::core::Source;

class ProcessTest : public testing::Test {
 protected:
  void tag(BytesCell& cell, const std::string& function = "C.m", const std::string& tag = "T") {
    cell.retag(bytes::make_binding(directory_.path(), tag, function));
  }
  /// A function that says that it runs, and waits to be let go.
  std::string gated(Signal& running, Signal& go, const std::string& value) {
    running.set();
    go.wait();
    return value;
  }
  TemporaryDirectory directory_;
};

TEST_F(ProcessTest, AWaiterGetsTheValueOfTheProcessThatComputesIt) {
  Signal running;
  Signal go;
  ChildProcess child([&] {
    BytesCell cell;
    tag(cell);
    return bytes::call(cell, [&] { return gated(running, go, "theirs"); }).source == Source::computed ? 0 : 1;
  });
  running.wait();
  BytesCell cell;
  tag(cell);
  std::jthread later([&] {
    std::this_thread::sleep_for(150ms);
    go.set();
  });
  const auto answer = bytes::call(cell, [] { return std::string("mine"); });
  EXPECT_EQ(answer.source, Source::disk);
  EXPECT_EQ(answer.value, "theirs");
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(cell.binding()->counters().waited, 1u);
}

TEST_F(ProcessTest, WhenTheComputingProcessIsKilledAWaiterTakesOver) {
  Signal running;
  Signal never;
  ChildProcess child([&] {
    BytesCell cell;
    tag(cell);
    bytes::call(cell, [&] { return gated(running, never, "theirs"); });
    return 1;
  });
  running.wait();
  std::jthread killer([&] {
    std::this_thread::sleep_for(150ms);
    child.kill(SIGKILL);
  });
  BytesCell cell;
  tag(cell);
  const auto answer = bytes::call(cell, [] { return std::string("mine"); });
  EXPECT_EQ(answer.source, Source::computed);
  EXPECT_EQ(answer.value, "mine");
}

TEST_F(ProcessTest, AKilledHoldersChildThatLivesOnKeepsNobodyWaiting) {
  Signal running;
  Signal never;
  ChildProcess child([&] {
    BytesCell cell;
    tag(cell);
    bytes::call(cell, [&]() -> std::string {
      if (::fork() == 0) {  // a worker of the function's own, which outlives it
        for (int i = 0; i < 100 && ::getppid() != 1; ++i) std::this_thread::sleep_for(100ms);
        std::this_thread::sleep_for(3s);
        ::_exit(0);
      }
      return gated(running, never, "theirs");
    });
    return 1;
  });
  running.wait();
  child.kill(SIGKILL);
  const auto start = std::chrono::steady_clock::now();
  BytesCell cell;
  tag(cell);
  EXPECT_EQ(bytes::call(cell, [] { return std::string("mine"); }).value, "mine");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s) << "the worker still held the lock";
}

TEST_F(ProcessTest, AStoppedHolderIsPassedOver) {
  Signal running;
  Signal go;
  ChildProcess child([&] {
    BytesCell cell;
    tag(cell);
    bytes::call(cell, [&] { return gated(running, go, "theirs"); });
    return 0;
  });
  running.wait();
  child.kill(SIGSTOP);
  BytesCell cell;
  tag(cell);
  const auto start = std::chrono::steady_clock::now();
  const auto answer = bytes::call(cell, [] { return std::string("mine"); });
  EXPECT_EQ(answer.source, Source::computed);
  EXPECT_GT(std::chrono::steady_clock::now() - start, 4s) << "a short stop is no reason to compute twice";
  child.kill(SIGCONT);
  go.set();
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(ProcessTest, InterruptionEndsAWaitForAnotherProcess) {
  Signal running;
  Signal go;
  ChildProcess child([&] {
    BytesCell cell;
    tag(cell);
    bytes::call(cell, [&] { return gated(running, go, "theirs"); });
    return 0;
  });
  running.wait();
  BytesCell cell;
  tag(cell);
  int waits = 0;
  Hooks hooks;
  hooks.before_wait = [&] { ++waits; };
  hooks.interrupted = [&] { return waits >= 2; };
  EXPECT_EQ(bytes::call(cell, [] { return std::string("mine"); }, hooks).source, Source::interrupted);
  go.set();
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(bytes::call(cell, [] { return std::string("mine"); }).value, "theirs");
}

/// Two processes (or threads) that each hold one entry and then ask for the other's.
void cross(ProcessTest&, const std::function<void(BytesCell&, const std::string&, const std::string&)>& tag,
           const std::string& other_tag) {
  Signal first_holds;
  Signal second_holds;
  const auto run = [&](const std::string& mine, const std::string& my_tag, const std::string& other,
                       const std::string& its_tag, Signal& i_hold, Signal& it_holds) {
    BytesCell my_cell;
    BytesCell its_cell;
    tag(my_cell, mine, my_tag);
    tag(its_cell, other, its_tag);
    const auto answer = bytes::call(my_cell, [&] {
      i_hold.set();
      it_holds.wait();
      return bytes::call(its_cell, [] { return std::string("inner"); }).value + "!";
    });
    return answer.value.starts_with("inner!") ? 0 : 1;
  };
  ChildProcess child([&] { return run("C.b", other_tag, "C.a", "T", second_holds, first_holds); });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(run("C.a", "T", "C.b", other_tag, first_holds, second_holds), 0);
  EXPECT_EQ(child.wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);
}

TEST_F(ProcessTest, ACycleOfWaitsBetweenProcessesEnds) {
  cross(*this, [this](BytesCell& cell, const std::string& f, const std::string& t) { tag(cell, f, t); }, "T");
}

TEST_F(ProcessTest, ACycleOfWaitsAcrossTwoTagsEnds) {
  cross(*this, [this](BytesCell& cell, const std::string& f, const std::string& t) { tag(cell, f, t); }, "OTHER");
}

TEST_F(ProcessTest, NestedWaitsWithoutACycleComputeNothingTwice) {
  Signal running;
  Signal go;
  ChildProcess child([&] {
    BytesCell inner;
    tag(inner, "C.inner");
    return bytes::call(inner, [&] { return gated(running, go, "inner"); }).source == Source::computed ? 0 : 1;
  });
  running.wait();
  std::jthread later([&] {
    std::this_thread::sleep_for(700ms);  // several looks at the records
    go.set();
  });
  BytesCell outer;
  BytesCell inner;
  tag(outer, "C.outer");
  tag(inner, "C.inner");
  const auto answer =
      bytes::call(outer, [&] { return bytes::call(inner, [] { return std::string("twice"); }).value + " and outer"; });
  EXPECT_EQ(answer.value, "inner and outer");
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(ProcessTest, AForkInTheMiddleOfAComputationLeavesBothSidesWorking) {
  BytesCell cell;
  BytesCell other;
  tag(cell);
  tag(other, "C.other");
  pid_t child = 0;
  const auto answer = bytes::call(cell, [&] {
    std::atomic<bool> computing{false};
    std::atomic<bool> forked{false};
    auto busy = std::make_unique<std::jthread>([&] {
      bytes::call(other, [&] {
        computing = true;
        while (!forked) std::this_thread::yield();
        return std::string("meanwhile");
      });
    });
    while (!computing) std::this_thread::yield();
    child = ::fork();
    if (child == 0) (void)busy.release();  // the child has no such thread
    forked = true;
    return std::string(child == 0 ? "child" : "parent");
  });
  if (child == 0) {
    // The flight and the lock stayed with the parent; this side stores on its own and goes on.
    const bool fine =
        answer.value == "child" && bytes::call(other, [] { return std::string("meanwhile"); }).value == "meanwhile";
    ::_exit(fine ? 0 : 1);
  }
  EXPECT_EQ(answer.value, "parent");
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(ProcessTest, AChildKeepsItsParentsBuffers) {
  BytesCell cell;
  tag(cell);
  bytes::call(cell, [] { return std::string("value"); });
  std::filesystem::remove_all(directory_ / "cacheT");
  ChildProcess child([&] {
    const auto answer = bytes::call(cell, [] { return std::string("again"); });
    return answer.source == Source::memory && answer.value == "value" ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(ProcessTest, SixtyFourProcessesReleasedAtOnceComputeOnce) {
  const std::string tally = directory_ / "tally";
  Signal start;
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (int i = 0; i < 64; ++i)
    children.push_back(std::make_unique<ChildProcess>([&] {
      BytesCell cell;
      tag(cell);
      start.wait();
      const auto answer = bytes::call(cell, [&] {
        append_line(tally, "computed");
        std::this_thread::sleep_for(50ms);
        return std::string(100'000, 'x');
      });
      return answer.value == std::string(100'000, 'x') ? 0 : 1;
    }));
  start.set();
  for (const auto& child : children) EXPECT_EQ(child->wait(), 0);
  EXPECT_EQ(count_lines(tally), 1);
}

}  // namespace
