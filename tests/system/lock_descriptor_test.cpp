#include "files/lock_descriptor.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <thread>

#include "support/failing_calls.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk::system {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class Locks : public ::testing::Test {
 protected:
  std::shared_ptr<LockDescriptor> open() const {
    return std::make_shared<LockDescriptor>(Descriptor(open_at(AT_FDCWD, path.c_str(), O_RDWR | O_CREAT, 0600)));
  }
  /// Waits until the byte is free for somebody else, up to five seconds.
  bool becomes_free(off_t offset) const {
    const auto other = open();
    const auto end = Clock::now() + 5s;
    while (byte_is_locked(other->number(), offset) != 0) {
      if (Clock::now() > end) return false;
      std::this_thread::sleep_for(1ms);
    }
    return true;
  }
  TemporaryDirectory folder;
  std::string path = folder / "lock";
};

TEST_F(Locks, AForkedChildKeepsNoLockOfItsParent) {
  auto holder = open();
  ASSERT_EQ(lock_byte(holder->number(), 3), 0);
  Signal asked, end;
  ChildProcess child([&] {
    asked.set();
    const int number = holder->number();
    end.wait();
    return number == -1 ? 0 : 1;
  });
  asked.wait();
  const auto other = open();
  EXPECT_EQ(byte_is_locked(other->number(), 3), 1) << "closing it in the child unlocks nothing";
  holder.reset();
  EXPECT_EQ(byte_is_locked(other->number(), 3), 0);
  end.set();
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Locks, AWaiterIsGrantedTheLockWhenItIsFree) {
  auto holder = open();
  ASSERT_EQ(lock_byte(holder->number(), 3), 0);
  const auto waiter = open();
  LockWait wait(waiter, 3);
  EXPECT_EQ(wait.wait(20ms), LockWait::State::waiting);
  ASSERT_EQ(unlock_byte(holder->number(), 3), 0);
  EXPECT_EQ(wait.wait(5s), LockWait::State::granted);
  EXPECT_EQ(byte_is_locked(holder->number(), 3), 1) << "the descriptor given to the wait carries it";
}

TEST_F(Locks, AWaitThatGaveUpKeepsNothing) {
  auto holder = open();
  ASSERT_EQ(lock_byte(holder->number(), 3), 0);
  {
    LockWait wait(open(), 3);
    EXPECT_EQ(wait.wait(10ms), LockWait::State::waiting);
  }
  holder.reset();
  EXPECT_TRUE(becomes_free(3));
}

TEST_F(Locks, ASignalInterruptsTheSlice) {
  auto holder = open();
  ASSERT_EQ(lock_byte(holder->number(), 3), 0);
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = [](int) {};  // without SA_RESTART, as Python installs its own
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
  LockWait wait(open(), 3);
  const pthread_t self = ::pthread_self();
  std::atomic<bool> done{false};
  std::thread sender([&] {
    while (!done) {
      ::pthread_kill(self, SIGUSR1);
      std::this_thread::sleep_for(5ms);
    }
  });
  const auto start = Clock::now();
  EXPECT_EQ(wait.wait(30s), LockWait::State::interrupted);
  EXPECT_LT(Clock::now() - start, 5s);
  done = true;
  sender.join();
  ::sigaction(SIGUSR1, &before, nullptr);
}

TEST_F(Locks, TheHelperThreadTakesNoSignalOfTheProgram) {
  auto holder = open();
  ASSERT_EQ(lock_byte(holder->number(), 3), 0);
  ChildProcess child([&] {
    const auto waiter = open();
    LockWait wait(waiter, 3);
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::kill(::getpid(), SIGUSR1);  // would end the process if any thread took it
    std::this_thread::sleep_for(50ms);
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Locks, AnInterruptedHelperGoesOnWaiting) {
  auto holder = open();
  ASSERT_EQ(lock_byte(holder->number(), 3), 0);
  FailingCalls calls;
  calls.interrupt(3);
  {
    LockWait wait(open(), 3);
    EXPECT_EQ(wait.wait(20ms), LockWait::State::waiting);
    holder.reset();
    EXPECT_EQ(wait.wait(5s), LockWait::State::granted);
  }
  EXPECT_EQ(calls.count(Call::lock_wait), 4u);
}

TEST_F(Locks, AFailingWaitTellsWhy) {
  FailingCalls calls;
  calls.fail(Call::lock_wait, ENOLCK);
  LockWait wait(open(), 3);
  EXPECT_EQ(wait.wait(5s), LockWait::State::failed);
  EXPECT_EQ(wait.error(), ENOLCK);
}

TEST_F(Locks, AKilledHoldersLockGoesToTheWaiter) {
  Signal held;
  ChildProcess child([&] {
    const auto lock = open();
    if (lock_byte(lock->number(), 3) != 0) return 1;
    held.set();
    ::pause();
    return 0;
  });
  held.wait();
  LockWait wait(open(), 3);
  EXPECT_EQ(wait.wait(20ms), LockWait::State::waiting);
  child.kill(SIGKILL);
  EXPECT_EQ(wait.wait(5s), LockWait::State::granted);
}

}  // namespace
}  // namespace cache_on_disk::system
