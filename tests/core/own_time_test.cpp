// Seconds are a method's own, and each is counted once.
//
// What is asserted holds however slow the machine is: what is counted once cannot be more than what has gone by.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "call/own_time.hpp"
#include "core/bytes_front_door.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace std::chrono_literals;
using bytes::BytesCell;
using cache_on_disk::core::Computation;
using cache_on_disk::core::TimeOfOthers;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

class OwnTime : public testing::Test {
 protected:
  OwnTime() {
    outer.retag(bytes::make_binding(directory_.path(), "T", "C.outer"));
    middle.retag(bytes::make_binding(directory_.path(), "T", "C.middle"));
    inner.retag(bytes::make_binding(directory_.path(), "T", "C.inner"));
  }
  static double computing(const BytesCell& cell) { return cell.binding()->counters().seconds_computing; }
  static double saved(const BytesCell& cell) { return cell.binding()->counters().seconds_saved; }
  /// The functions, each of which works for a while of its own.
  static std::string work() {
    std::this_thread::sleep_for(30ms);
    return "value";
  }
  std::string call_inner() {
    return bytes::call(inner, [] { return work(); }).value;
  }
  std::string call_middle() {
    return bytes::call(middle, [&] { return work(), call_inner(); }).value;
  }
  TemporaryDirectory directory_;
  BytesCell outer, middle, inner;
};

TEST_F(OwnTime, OfNestedComputationsIsCountedOnce) {
  const auto start = Clock::now();
  bytes::call(outer, [&] { return work(), call_middle(); });
  const double elapsed = seconds_since(start);
  for (const BytesCell* const cell : {&outer, &middle, &inner}) EXPECT_GE(computing(*cell), 0.03);
  EXPECT_LE(computing(outer) + computing(middle) + computing(inner), elapsed);
}

TEST_F(OwnTime, IsWhatASavedCallSaves) {
  const auto start = Clock::now();
  bytes::call(outer, [&] { return work(), call_middle(); });
  const double elapsed = seconds_since(start);
  for (BytesCell* const cell : {&outer, &middle, &inner})
    cell->retag(bytes::make_binding(directory_.path(), "T", cell->binding()->method().origin.function));
  for (BytesCell* const cell : {&outer, &middle, &inner})
    bytes::call(*cell, []() -> std::string { throw std::logic_error("it is stored"); });
  for (const BytesCell* const cell : {&outer, &middle, &inner}) EXPECT_GE(saved(*cell), 0.03);
  EXPECT_LE(saved(outer) + saved(middle) + saved(inner), elapsed);
}

TEST_F(OwnTime, IsNotWhatAnotherThreadComputesMeanwhile) {
  const auto start = Clock::now();
  std::atomic<bool> leads{false};
  std::jthread other([&] {
    bytes::call(inner, [&] {
      leads = true;
      return work();
    });
  });
  bytes::call(outer, [&] {
    while (!leads) std::this_thread::sleep_for(1ms);
    return call_inner();  // waits for the other thread
  });
  other.join();
  EXPECT_LE(computing(inner), seconds_since(start));
  EXPECT_GE(computing(inner), 0.03);
  EXPECT_EQ(inner.binding()->counters().computed, 1u);
}

TEST_F(OwnTime, OfAMethodThatAsksForItselfIsCountedOnce) {
  const auto start = Clock::now();
  bytes::call(outer, [&] {
    work();
    return bytes::call(outer, [] { return work(); }).value;
  });
  EXPECT_LE(computing(outer), seconds_since(start));
  EXPECT_GE(computing(outer), 0.06);
}

TEST_F(OwnTime, IsRightAfterANestedComputationThatThrew) {
  const auto start = Clock::now();
  bytes::call(outer, [&] {
    try {
      bytes::call(inner, []() -> std::string {
        work();
        throw std::runtime_error("fails");
      });
    } catch (const std::runtime_error&) {
    }
    return call_middle();
  });
  EXPECT_LE(computing(outer) + computing(middle) + computing(inner), seconds_since(start));
}

TEST_F(OwnTime, KnowsTheTasksOfAComputation) {
  const auto start = Clock::now();
  bytes::Hooks task;
  task.caller = 1'000'001;
  bytes::call(
      outer,
      [&] {
        // Two tasks on threads of their own, as the front door of an `async def` asks for them.
        std::vector<std::jthread> threads;
        for (const auto& [cell, number] : {std::pair{&middle, 1'000'002u}, {&inner, 1'000'003u}})
          threads.emplace_back([cell, number] {
            bytes::Hooks of_task;
            of_task.caller = number;
            of_task.outer_callers = {1'000'001};
            bytes::call(*cell, [] { return work(); }, of_task);
          });
        threads.clear();
        return work();
      },
      task);
  // The two ran side by side, and each counts its own.
  EXPECT_GE(computing(outer), 0.03);
  EXPECT_LE(computing(outer) + std::max(computing(middle), computing(inner)), seconds_since(start));
}

TEST(OwnTimeOf, AComputationIsWithoutThatOfOthersHoweverTheyOverlap) {
  const auto start = Clock::now();
  Computation computation(1);
  double while_they_worked = 0;
  {
    const TimeOfOthers first({7, 1});
    auto second = std::make_unique<TimeOfOthers>(std::vector<std::uintptr_t>{1});
    const double own = computation.own_seconds();
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(computation.own_seconds(), own);
    second.reset();
    std::this_thread::sleep_for(20ms);
    while_they_worked = 0.04;
  }
  EXPECT_LE(computation.own_seconds() + while_they_worked, seconds_since(start));
}

TEST(OwnTimeOf, NobodyIsChangedByCallersThatComputeNothing) {
  Computation computation(1);
  const TimeOfOthers none({2, 3});
  const double before = computation.own_seconds();
  std::this_thread::sleep_for(2ms);
  EXPECT_GE(computation.own_seconds(), before + 0.002);
}

TEST(OwnTimeOf, TheInnermostComputationOfACallerStops) {
  Computation outer(1);
  {
    Computation inner(1);
    const TimeOfOthers others({1});
    const double own = inner.own_seconds();
    const double outers = outer.own_seconds();
    std::this_thread::sleep_for(2ms);
    EXPECT_EQ(inner.own_seconds(), own);
    EXPECT_GE(outer.own_seconds(), outers + 0.002);
  }
}

TEST(OwnTimeOf, ACallMayOutliveTheComputationThatMadeIt) {
  auto computation = std::make_unique<Computation>(1);
  const TimeOfOthers others({1});
  computation.reset();
}

}  // namespace
