#include "process/background.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/processes.hpp"
#include "support/sanitizers.hpp"

namespace cache_on_disk::system {
namespace {

TEST(Background, RunsTasksInOrderOnOneOtherThread) {
  std::vector<int> order;
  std::set<std::thread::id> threads;
  for (int i = 0; i < 100; ++i)
    run_in_background([&order, &threads, i] {
      order.push_back(i);
      threads.insert(std::this_thread::get_id());
    });
  wait_for_background();
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(threads.size(), 1u);
  EXPECT_FALSE(threads.contains(std::this_thread::get_id()));
}

TEST(Background, WaitingForNothingReturns) { wait_for_background(); }

TEST(Background, WaitsForTheTaskAtWork) {
  std::atomic<bool> done{false};
  run_in_background([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    done = true;
  });
  wait_for_background();
  EXPECT_TRUE(done);
}

TEST(Background, GoesOnAfterATaskThatThrows) {
  std::atomic<bool> done{false};
  run_in_background([] { throw std::runtime_error("dropped"); });
  run_in_background([] { throw 42; });
  run_in_background([&] { done = true; });
  wait_for_background();
  EXPECT_TRUE(done);
}

TEST(Background, ATaskMayGiveAnother) {
  std::atomic<int> runs{0};
  run_in_background([&] {
    ++runs;
    run_in_background([&] { ++runs; });
  });
  wait_for_background();
  EXPECT_EQ(runs, 2);
}

TEST(Background, ATaskWaitsForNothing) {
  std::atomic<bool> done{false};
  run_in_background([&] {
    wait_for_background();
    done = true;
  });
  wait_for_background();
  EXPECT_TRUE(done);
}

// A program that forks does best with a single thread.
TEST(Background, LeavesNoThreadBehindForLong) {
  const auto threads = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
  };
  std::thread([] {}).join();  // with the first one, a sanitizer may start one of its own
  const auto before = threads();
  run_in_background([] {});
  wait_for_background();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (threads() > before && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(threads(), before);
  std::atomic<bool> done{false};
  run_in_background([&] { done = true; });
  wait_for_background();
  EXPECT_TRUE(done) << "a later task finds a new thread";
}

TEST(Background, IsTakenFromManyThreads) {
  std::atomic<int> runs{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 100; ++j) run_in_background([&] { ++runs; });
    });
  for (std::thread& thread : threads) thread.join();
  wait_for_background();
  EXPECT_EQ(runs, 400);
}

TEST(Background, AForkedChildDropsTheTasksAndStartsAfresh) {
  std::atomic<int> runs{0};
  std::atomic<bool> at_work{false};
  std::atomic<bool> go{false};
  run_in_background([&] {
    at_work = true;
    while (!go) std::this_thread::yield();
  });
  run_in_background([&] { ++runs; });
  // A thread that is being started allocates, and AddressSanitizer's allocator does not survive a fork then.
  while (!at_work) std::this_thread::yield();
  ChildProcess child([&] {
    wait_for_background();
    if (runs != 0) return 1;
    run_in_background([&] { runs = 7; });
    wait_for_background();
    return runs == 7 ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
  go = true;
  wait_for_background();
  EXPECT_EQ(runs, 1);
}

TEST(Background, DoesNotHoldUpTheEndOfTheProcess) {
#if defined(COD_ADDRESS_SANITIZER)
  GTEST_SKIP() << "the sanitizer counts what a forked child leaves behind on purpose";
#endif
  ChildProcess child([] {
    run_in_background([] { std::this_thread::sleep_for(std::chrono::hours(1)); });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::exit(0);
    return 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(Background, ItsThreadTakesNoSignalOfTheProgram) {
  ChildProcess child([] {
    run_in_background([] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); });
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::kill(::getpid(), SIGUSR1);
    wait_for_background();
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace cache_on_disk::system
