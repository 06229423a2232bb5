#include "store/entry_lock.hpp"

#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "entry/entry_fixture.hpp"
#include "files/directory.hpp"

namespace cache_on_disk::entry {
namespace {

using namespace std::chrono_literals;
using State = EntryLock::State;
using Clock = std::chrono::steady_clock;
using ::testing::HasSubstr;

class Lock : public EntryTest {
 protected:
  /// Waits for it, up to five seconds: longer would mean a missed wake-up.
  static State wait_for(EntryLock& lock) {
    const auto end = Clock::now() + 5s;
    State state = State::busy;
    while ((state == State::busy || state == State::interrupted) && Clock::now() < end) state = lock.wait(100ms);
    return state;
  }
  HolderRecord record() const { return {system::this_process(), key.stem, AwaitedEntry{"/some/where", 17}}; }
  EntryLock first{directory, key.stem};
  EntryLock second{directory, key.stem};
};

TEST_F(Lock, ExcludesWithinOneProcess) {
  EXPECT_EQ(first.try_acquire(), State::held);
  EXPECT_EQ(second.try_acquire(), State::busy);
  EXPECT_EQ(second.wait(1ms), State::busy);
  first.release();
  EXPECT_EQ(wait_for(second), State::held);
  EXPECT_EQ(first.try_acquire(), State::busy);
}

TEST_F(Lock, OfAnotherEntryIsFree) {
  EXPECT_EQ(first.try_acquire(), State::held);
  EntryLock other(directory, "root.Loop.phase");
  EXPECT_EQ(other.try_acquire(), State::held);
}

TEST_F(Lock, OfAnotherDirectoryIsFree) {
  EXPECT_EQ(first.try_acquire(), State::held);
  EntryLock other(open("cacheU"), key.stem);
  EXPECT_EQ(other.try_acquire(), State::held);
}

TEST_F(Lock, IsTakenAnew) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(first.try_acquire(), State::held);
    EXPECT_EQ(second.try_acquire(), State::busy);
    first.release();
    EXPECT_EQ(second.try_acquire(), State::held);
    second.release();
  }
}

TEST_F(Lock, IsFreeTheMomentItIsReleasedAfterAWait) {
  for (int round = 0; round < 100; ++round) {
    EntryLock holder(directory, key.stem);
    EntryLock waiter(directory, key.stem);
    ASSERT_EQ(holder.try_acquire(), State::held);
    ASSERT_EQ(waiter.try_acquire(), State::busy);
    ASSERT_EQ(waiter.wait(0ms), State::busy);
    holder.release();
    ASSERT_EQ(wait_for(waiter), State::held);
    waiter.release();  // whatever its helper thread still has open
    ASSERT_EQ(holder.try_acquire(), State::held) << round;
  }
}

// Where other hosts take part the kernel cannot be relied on to wake anybody: the lock is asked for again and again.
TEST_F(Lock, OnANetworkIsGrantedSoonAfterItsReleaseByAnotherProcess) {
  system::FileStatus status;
  ASSERT_EQ(system::status_of(directory->descriptor(), status), 0);
  auto descriptor = system::open_directory(AT_FDCWD, directory->path(), false);
  ASSERT_TRUE(descriptor);
  const auto network = std::make_shared<const TagDirectory>(
      directory->place(), *std::move(descriptor), status,
      TagDirectory::Facts{.file_system = system::file_system_of(0x6969, "nfs4", "")});
  Signal taken, waits;
  ChildProcess holder([&] {
    EntryLock mine(directory, key.stem);
    if (mine.try_acquire() != State::held) return 1;
    taken.set();
    waits.wait();
    return 0;  // the end of the process frees the lock
  });
  taken.wait();
  EntryLock waiter(network, key.stem);
  EXPECT_EQ(waiter.try_acquire(), State::busy);
  const auto begin = Clock::now();
  EXPECT_EQ(waiter.wait(30ms), State::busy);
  EXPECT_LT(Clock::now() - begin, 5s) << "a wait is one slice";
  waits.set();
  EXPECT_EQ(wait_for(waiter), State::held);
  EXPECT_EQ(holder.wait(), 0);
}

TEST_F(Lock, ExcludesBetweenProcesses) {
  ASSERT_EQ(first.try_acquire(), State::held);
  Signal tried;
  ChildProcess child([&] {
    EntryLock mine(directory, key.stem);
    if (mine.try_acquire() != State::busy) return 1;
    tried.set();
    return wait_for(mine) == State::held ? 0 : 2;
  });
  tried.wait();
  first.release();
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Lock, OfAKilledHolderGoesToAWaiterAtOnce) {
  Signal held;
  ChildProcess child([&] {
    EntryLock mine(directory, key.stem);
    if (mine.try_acquire() != State::held) return 1;
    held.set();
    while (true) ::pause();
    return 0;
  });
  held.wait();
  ASSERT_EQ(first.try_acquire(), State::busy);
  EXPECT_EQ(first.wait(10ms), State::busy);
  child.kill(SIGKILL);
  EXPECT_EQ(first.wait(5s), State::held) << "woken by the kernel, in one slice";
}

TEST_F(Lock, IsNotKeptByAChildOfItsHolder) {
  Signal forked, end;
  ChildProcess holder([&] {
    EntryLock mine(directory, key.stem);
    if (mine.try_acquire() != State::held) return 1;
    ChildProcess grandchild([&] {
      forked.set();
      end.wait();
      return 0;
    });
    while (true) ::pause();
    return 0;
  });
  forked.wait();
  ASSERT_EQ(first.try_acquire(), State::busy);
  holder.kill(SIGKILL);  // its child lives on
  EXPECT_EQ(first.wait(5s), State::held);
  end.set();
}

TEST_F(Lock, AChildNeitherHoldsNorFreesItsParentsLock) {
  ASSERT_EQ(first.try_acquire(), State::held);
  ChildProcess child([&] {
    first.release();
    return second.try_acquire() == State::busy ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(second.try_acquire(), State::busy);
}

TEST_F(Lock, ServesManyWaitersOneAtATime) {
  ASSERT_EQ(first.try_acquire(), State::held);
  std::atomic<int> inside{0}, most{0}, served{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      EntryLock mine(directory, key.stem);
      if (mine.try_acquire() != State::held && wait_for(mine) != State::held) return;
      most = std::max(most.load(), ++inside);
      std::this_thread::sleep_for(1ms);
      --inside;
      ++served;
    });
  std::this_thread::sleep_for(20ms);
  first.release();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served, 8);
  EXPECT_EQ(most, 1);
}

TEST_F(Lock, OnALockFileThatWasReplacedIsTakenOnTheNewOne) {
  ASSERT_EQ(first.try_acquire(), State::held);
  ASSERT_EQ(second.try_acquire(), State::busy);
  EXPECT_EQ(second.wait(10ms), State::busy);
  std::filesystem::rename(path(".lock"),
                          folder / "old");  // as a cleaner, or a copy over the directory, would
  EntryLock newcomer(directory, key.stem);
  EXPECT_EQ(newcomer.try_acquire(), State::held);
  first.release();
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(second.wait(20ms), State::busy) << "granted on a file that no longer counts";
  newcomer.release();
  EXPECT_EQ(wait_for(second), State::held);
  EntryLock last(directory, key.stem);
  EXPECT_EQ(last.try_acquire(), State::busy);
}

TEST_F(Lock, OnALockFileThatWasDeletedIsTakenOnANewOne) {
  ASSERT_EQ(first.try_acquire(), State::held);
  ASSERT_EQ(second.try_acquire(), State::busy);
  std::filesystem::remove(path(".lock"));
  first.release();
  EXPECT_EQ(wait_for(second), State::held);
  EXPECT_TRUE(exists(".lock"));
  EXPECT_EQ(first.try_acquire(), State::busy);
}

TEST_F(Lock, FileIsForItsOwnerOnly) {
  ASSERT_EQ(first.try_acquire(), State::held);
  system::FileStatus status;
  ASSERT_EQ(system::status_at(directory->descriptor(), ".lock", status), 0);
  EXPECT_EQ(status.mode & 07777, 0600u);
}

TEST_F(Lock, FileOfAGroupCanBeLockedByItsMembers) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a directory to a group";
  directory = open("cacheG", Trust::group(std::to_string(some_group)));
  const mode_t before = ::umask(0077);
  EntryLock mine(directory, key.stem);
  const State state = mine.try_acquire();
  ::umask(before);
  EXPECT_EQ(state, State::held);
  system::FileStatus status;
  ASSERT_EQ(system::status_at(directory->descriptor(), ".lock", status), 0);
  EXPECT_EQ(status.mode & 07777, 0660u);
  EXPECT_EQ(status.gid, some_group) << "by the directory's setgid bit";
}

TEST_F(Lock, FileOfAGroupIsUsedOnlyIfTheGroupMayWriteItAnyway) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a directory to a group";
  directory = open("cacheG", Trust::group(std::to_string(some_group)));
  write_all(folder / "victim", "precious", 0600);  // a member made a link to it
  ASSERT_EQ(::link((folder / "victim").c_str(), path(".lock").c_str()), 0);
  EntryLock mine(directory, key.stem);
  EXPECT_EQ(mine.try_acquire(), State::unavailable);
  EXPECT_THAT(mine.error().message, HasSubstr("group"));
  mine.announce({system::this_process(), key.stem, {}});
  system::FileStatus status;
  ASSERT_EQ(system::status_at(directory->descriptor(), ".lock", status), 0);
  EXPECT_EQ(status.mode & 07777, 0600u) << "and gets no rights";
  EXPECT_EQ(read_all(folder / "victim"), "precious");
}

TEST_F(Lock, FileAmongStrangersIsNeitherBelievedNorWritten) {
  directory = open("cacheP", Trust::plain());
  ASSERT_EQ(::chmod(directory->path().c_str(), 01777), 0);
  forget_tag_directory(directory->place());
  directory = open("cacheP", Trust::plain());
  write_all(folder / "victim", "precious", 0600);
  ASSERT_EQ(::link((folder / "victim").c_str(), path(".lock").c_str()), 0);
  {
    EntryLock mine(directory, key.stem);
    EXPECT_EQ(mine.try_acquire(), State::held);
    mine.announce({system::this_process(), key.stem, {}});
  }
  EXPECT_EQ(read_all(folder / "victim"), "precious");
  ASSERT_EQ(::chmod((folder / "victim").c_str(), 0666), 0);  // what strangers can open they can lock for ever
  EntryLock mine(directory, key.stem);
  EXPECT_EQ(mine.try_acquire(), State::unavailable);
  EXPECT_THAT(mine.error().message, HasSubstr("not ours alone"));
}

TEST_F(Lock, AFileThatIsALinkIsNotUsed) {
  write_all(folder / "victim", "precious");
  ASSERT_EQ(::symlink((folder / "victim").c_str(), path(".lock").c_str()), 0);
  EXPECT_EQ(first.try_acquire(), State::unavailable);
  EXPECT_THAT(first.error().message, HasSubstr(directory->path()));
  EXPECT_EQ(read_all(folder / "victim"), "precious");
}

TEST_F(Lock, WhereThereAreNoneIsUnavailableWithTheReason) {
  for (const int code : {ENOSYS, ENOLCK, EOPNOTSUPP, EIO}) {
    FailingCalls calls;
    calls.fail(system::Call::lock, code);
    EXPECT_EQ(first.try_acquire(), State::unavailable);
    EXPECT_EQ(first.error().code, code);
  }
  EXPECT_EQ(first.try_acquire(), State::held) << "and is tried again later";
}

TEST_F(Lock, AFailingWaitIsUnavailableWithTheReason) {
  ASSERT_EQ(first.try_acquire(), State::held);
  ASSERT_EQ(second.try_acquire(), State::busy);
  FailingCalls calls;
  calls.fail(system::Call::lock_wait, ENOLCK);
  EXPECT_EQ(wait_for(second), State::unavailable);
  EXPECT_EQ(second.error().code, ENOLCK);
}

TEST_F(Lock, ALockFileReplacedAgainAndAgainIsUnavailable) {
  class Replacing : public FailingCalls {
   public:
    explicit Replacing(std::string file) : file_(std::move(file)) {}
    int before(Call call) override {
      if (call == Call::lock) std::filesystem::remove(file_);
      return FailingCalls::before(call);
    }

   private:
    std::string file_;
  } calls(path(".lock"));
  EXPECT_EQ(first.try_acquire(), State::unavailable);
  EXPECT_EQ(first.error().code, ESTALE);
}

TEST_F(Lock, ManyLeakNoDescriptor) {
  const auto descriptors = open_descriptors();
  for (int i = 0; i < 100; ++i) {
    EntryLock mine(directory, "entry " + std::to_string(i));
    ASSERT_EQ(mine.try_acquire(), State::held);
    mine.announce(record());
  }
  EXPECT_LE(open_descriptors(), descriptors);
}

TEST_F(Lock, ItsOffsetLiesBehindTheTableAndWithinAnOffset) {
  for (int i = 0; i < 1000; ++i) {
    const off_t offset = lock_offset(std::to_string(i));
    EXPECT_GE(offset, off_t{1} << 61);
    EXPECT_LT(offset, off_t{1} << 62);
  }
  const std::uint64_t low = hash_128(std::string_view("root.Loop.gain")).low;
  EXPECT_EQ(static_cast<std::uint64_t>(lock_offset("root.Loop.gain")), low >> 3 | std::uint64_t{1} << 61);
}

TEST_F(Lock, TellsWhoHoldsIt) {
  ASSERT_EQ(first.try_acquire(), State::held);
  ASSERT_EQ(second.try_acquire(), State::busy);
  EXPECT_FALSE(second.holder());
  first.announce(record());
  const auto holder = second.holder();
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->process, system::this_process());
  EXPECT_EQ(holder->stem, key.stem);
  ASSERT_TRUE(holder->awaited);
  EXPECT_EQ(*holder->awaited, *record().awaited);
  first.release();
  EXPECT_FALSE(second.holder());
}

TEST_F(Lock, AnnouncesNothingItDoesNotHold) {
  ASSERT_EQ(first.try_acquire(), State::held);
  ASSERT_EQ(second.try_acquire(), State::busy);
  second.announce(record());
  EXPECT_FALSE(second.holder());
}

TEST_F(Lock, TheRecordOfAKilledHolderIsNoLongerFound) {
  Signal held;
  ChildProcess child([&] {
    EntryLock mine(directory, key.stem);
    if (mine.try_acquire() != State::held) return 1;
    mine.announce({system::this_process(), key.stem, std::nullopt});
    held.set();
    while (true) ::pause();
    return 0;
  });
  held.wait();
  ASSERT_EQ(first.try_acquire(), State::busy);
  const auto holder = first.holder();
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->process.pid, child.pid());
  child.kill(SIGKILL);
  ASSERT_EQ(wait_for(first), State::held);
  EXPECT_FALSE(second.holder());
  ASSERT_EQ(second.try_acquire(), State::busy);
  EXPECT_FALSE(second.holder());
}

}  // namespace
}  // namespace cache_on_disk::entry
