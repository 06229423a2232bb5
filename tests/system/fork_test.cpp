#include "process/fork.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/processes.hpp"
#include "support/sanitizers.hpp"

namespace cache_on_disk::system {
namespace {

struct Counted {
  Counted() { ++made; }
  void after_fork_in_child() { ++put_right; }
  int put_right = 0;
  static inline int made = 0;
};

TEST(LastingState, IsMadeBeforeAnybodyAsksForIt) {
  EXPECT_EQ(Counted::made, 1);
  EXPECT_EQ(lasting<Counted>().put_right, 0);
  EXPECT_EQ(Counted::made, 1);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(lasting<Counted>().put_right);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

TEST(Fork, AMutexHeldByAnotherThreadIsFreeInTheChild) {
  static GlobalMutex& mutex = *new GlobalMutex(MutexRank::process);
  std::atomic<bool> held{false};
  std::thread holder([&] {
    const std::lock_guard lock(mutex);
    held = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  });
  while (!held) std::this_thread::yield();
  ChildProcess child([] {
    if (!mutex.try_lock()) return 1;
    mutex.unlock();
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
  holder.join();
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

TEST(Fork, WaitsUntilAnotherThreadIsDoneWithWhatAMutexGuards) {
  static GlobalMutex& mutex = *new GlobalMutex(MutexRank::process);
  static int begun = 0, ended = 0;
  std::atomic<bool> held{false};
  std::thread writer([&] {
    const std::lock_guard lock(mutex);
    ++begun;
    held = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ++ended;
  });
  while (!held) std::this_thread::yield();
  ChildProcess child([] {
    const std::lock_guard lock(mutex);
    return begun == ended ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
  writer.join();
}

TEST(Fork, TakesMutexesInTheirOrderWhateverTheOrderOfTheirMaking) {
  // Made in the wrong order: a thread that takes them in the right one must never meet a fork that does not.
  static GlobalMutex& inner = *new GlobalMutex(MutexRank::trouble);
  static GlobalMutex& outer = *new GlobalMutex(MutexRank::flights);
  std::atomic<bool> done{false};
  std::thread worker([&] {
    while (!done) {
      const std::lock_guard first(outer);
      std::this_thread::yield();
      const std::lock_guard second(inner);
    }
  });
  for (int i = 0; i < 50; ++i) {
    ChildProcess child([] {
      const std::lock_guard first(outer);
      const std::lock_guard second(inner);
      return 0;
    });
    EXPECT_EQ(child.wait(), 0);
  }
  done = true;
  worker.join();
}

TEST(Fork, AMutexMadeUnderAnotherDoesNotMeetAFork) {
#if defined(COD_THREAD_SANITIZER)
  GTEST_SKIP() << "the sanitizer's search for deadlocks ends the program at 64 locks held";
#endif
  // As a function-local static is made at its first use, which may be under another mutex.
  static GlobalMutex& outer = *new GlobalMutex(MutexRank::flights);
  std::atomic<bool> done{false};
  std::thread worker([&] {
    for (int i = 0; i < 200; ++i) {
      const std::lock_guard lock(outer);
      std::this_thread::yield();
      const GlobalMutex made(MutexRank::process);  // forks take it from now on, for ever
    }
    done = true;
  });
  while (!done) {
    ChildProcess child([] {
      const std::lock_guard lock(outer);
      return 0;
    });
    EXPECT_EQ(child.wait(), 0);
  }
  worker.join();
}

TEST(Fork, ActionsRunInTheChildOnlyAndMayUseTheMutexes) {
  static GlobalMutex& mutex = *new GlobalMutex(MutexRank::process);
  static int runs = 0;
  in_forked_child([] {
    const std::lock_guard lock(mutex);
    ++runs;
  });
  ChildProcess child([] { return runs; });
  EXPECT_EQ(child.wait(), 1);
  EXPECT_EQ(runs, 0);
  ChildProcess grandparent([] {
    ChildProcess grandchild([] { return runs; });
    return grandchild.wait();
  });
  EXPECT_EQ(grandparent.wait(), 2);
}

}  // namespace
}  // namespace cache_on_disk::system
