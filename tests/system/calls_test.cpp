#include "files/calls.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <atomic>
#include <thread>

#include <array>
#include <cerrno>
#include <functional>
#include <string>

#include "files/descriptor.hpp"
#include "support/failing_calls.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk::system {
namespace {

class Calls : public ::testing::Test {
 protected:
  Calls() : base(open_at(AT_FDCWD, folder.path().c_str(), O_RDONLY | O_DIRECTORY)) {
    file.reset(open_at(base.number(), "file", O_RDWR | O_CREAT | O_EXCL, 0600));
  }
  TemporaryDirectory folder;
  Descriptor base;
  Descriptor file;
};

TEST_F(Calls, RepeatThemselvesWhenASignalInterruptsThem) {
  FileStatus status;
  BirthTime birth;
  struct statvfs space{};
  std::array<char, 4> buffer{};
  const std::vector<std::pair<Call, std::function<bool()>>> all = {
      {Call::open, [&] { return static_cast<bool>(Descriptor(open_at(base.number(), "file", O_RDONLY))); }},
      {Call::stat, [&] { return status_of(file.number(), status) == 0; }},
      {Call::stat, [&] { return status_at(base.number(), "file", status) == 0; }},
      {Call::stat, [&] { return birth_time_of(file.number(), birth) == 0; }},
      {Call::write, [&] { return write_at(file.number(), "four", 4, 0) == 4; }},
      {Call::read, [&] { return read_at(file.number(), buffer.data(), 4, 0) == 4; }},
      {Call::allocate, [&] { return allocate(file.number(), 4096) == 0; }},
      {Call::truncate, [&] { return truncate(file.number(), 10) == 0; }},
      {Call::sync, [&] { return sync_data(file.number()) == 0; }},
      {Call::writeback, [&] { return start_writeback(file.number()) == 0; }},
      {Call::duplicate, [&] { return static_cast<bool>(Descriptor(duplicate(file.number()))); }},
      {Call::chmod, [&] { return change_mode(file.number(), 0640) == 0; }},
      {Call::set_owner, [&] { return change_group(file.number(), ::getegid()) == 0; }},
      {Call::space, [&] { return free_space(file.number(), space) == 0; }},
      {Call::lock, [&] { return lock_byte(file.number(), 7) == 0; }},
      {Call::lock, [&] { return byte_is_locked(file.number(), 7) == 0; }},
      {Call::mkdir, [&] { return make_directory_at(base.number(), "sub", 0700) == 0; }},
      {Call::rename, [&] { return rename_at(base.number(), "file", "other") == 0; }},
      {Call::unlink, [&] { return unlink_at(base.number(), "other") == 0; }},
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    FailingCalls calls;
    calls.interrupt(3);
    EXPECT_TRUE(all[i].second()) << "call " << i << ": " << errno;
    EXPECT_EQ(calls.count(all[i].first), 4u) << "call " << i;
  }
  EXPECT_EQ(std::string(buffer.data(), 4), "four");
}

TEST_F(Calls, ReadingAheadIsAskedForWhereTheKernelReadsNotAllAtOnce) {
  FailingCalls calls;
  start_reading_ahead(file.number(), 128 << 10);
  EXPECT_EQ(calls.count(Call::read_ahead), 0u);
  start_reading_ahead(file.number(), (128 << 10) + 1);
  EXPECT_EQ(calls.count(Call::read_ahead), 3u) << "the last page, the order, the first byte";
  calls.interrupt(3);
  start_reading_ahead(file.number(), (128 << 10) + 1);
  EXPECT_EQ(calls.count(Call::read_ahead), 3u + 3u * 4u);
}

TEST_F(Calls, ClosingIsNeverRepeatedAndAnInterruptedOneCountsAsDone) {
  Descriptor other(open_at(base.number(), "file", O_RDONLY));
  const int number = other.number();
  FailingCalls calls;
  calls.fail(Call::close, EINTR);
  EXPECT_TRUE(other.close());
  EXPECT_EQ(calls.count(Call::close), 1u);
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST_F(Calls, AFailingCloseIsToldAndClosesAllTheSame) {
  Descriptor other(open_at(base.number(), "file", O_RDONLY));
  const int number = other.number();
  FailingCalls calls;
  calls.fail(Call::close, EIO);
  EXPECT_FALSE(other.close());
  EXPECT_EQ(errno, EIO);
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
  EXPECT_FALSE(other);
}

TEST_F(Calls, WaitingForALockIsNotRepeated) {
  FailingCalls calls;
  calls.fail(Call::lock_wait, EINTR);
  EXPECT_EQ(wait_for_byte(file.number(), 0), -1);
  EXPECT_EQ(errno, EINTR);
  EXPECT_EQ(calls.count(Call::lock_wait), 1u);
}

TEST_F(Calls, FailWithTheInterceptorsErrorAndDoNothing) {
  FailingCalls calls;
  calls.fail(Call::write, ENOSPC);
  EXPECT_EQ(write_at(file.number(), "x", 1, 0), -1);
  EXPECT_EQ(errno, ENOSPC);
  calls.fail(Call::unlink, EPERM);
  EXPECT_EQ(unlink_at(base.number(), "file"), -1);
  EXPECT_EQ(errno, EPERM);
  FileStatus status;
  ASSERT_EQ(status_at(base.number(), "file", status), 0);
  EXPECT_EQ(status.size, 0u);
}

TEST_F(Calls, AnInterceptorMayGoOnlyWhenNoThreadIsInIt) {
  struct Slow : Interceptor {
    std::atomic<bool> entered{false}, may_leave{false}, left{false};
    int before(Call) override {
      entered = true;
      while (!may_leave) std::this_thread::yield();
      left = true;
      return 0;
    }
  } slow;
  Interceptor* const earlier = intercept(&slow);
  FileStatus status;
  std::thread asks([&] { (void)status_of(0, status); });
  while (!slow.entered) std::this_thread::yield();
  std::atomic<bool> replaced{false}, was_left{false};
  std::thread replaces([&] {
    intercept(earlier);
    was_left = slow.left.load();
    replaced = true;
  });
  for (int i = 0; i < 1000; ++i) std::this_thread::yield();  // time enough to see it broken, mostly
  EXPECT_FALSE(replaced);
  slow.may_leave = true;
  asks.join();
  replaces.join();
  EXPECT_TRUE(was_left);
}

TEST_F(Calls, WritesFallShortAtTheInterceptorsLimit) {
  FailingCalls calls;
  calls.limit_writes(3);
  EXPECT_EQ(write_at(file.number(), "abcdef", 6, 0), 3);
}

TEST_F(Calls, OpenedDescriptorsCloseOnExec) { EXPECT_EQ(::fcntl(file.number(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC); }

TEST_F(Calls, StatusNamesTheFileAndNeverFollowsALink) {
  ASSERT_EQ(::symlink("file", (folder / "link").c_str()), 0);
  FileStatus opened, named, link;
  ASSERT_EQ(status_of(file.number(), opened), 0);
  ASSERT_EQ(status_at(base.number(), "file", named), 0);
  ASSERT_EQ(status_at(base.number(), "link", link), 0);
  EXPECT_TRUE(opened.same_file(named));
  EXPECT_FALSE(opened.same_file(link));
  EXPECT_TRUE(S_ISLNK(link.mode));
  EXPECT_EQ(named.mode & 07777, 0600u);
  EXPECT_EQ(named.links, 1u);
  EXPECT_EQ(named.uid, ::geteuid());
}

TEST_F(Calls, MakingRoomLeavesTheLengthAlone) {
  if (allocate(file.number(), 1 << 16) != 0) GTEST_SKIP() << "this file system cannot allocate";
  FileStatus status;
  ASSERT_EQ(status_of(file.number(), status), 0);
  EXPECT_EQ(status.size, 0u);
}

TEST_F(Calls, ByteLocksExcludeOtherDescriptionsOfTheSameProcess) {
  Descriptor other(open_at(base.number(), "file", O_RDWR));
  ASSERT_EQ(lock_byte(file.number(), 5), 0);
  EXPECT_EQ(byte_is_locked(file.number(), 5), 0);  // our own
  EXPECT_EQ(byte_is_locked(other.number(), 5), 1);
  EXPECT_EQ(byte_is_locked(other.number(), 6), 0);
  EXPECT_EQ(lock_byte(other.number(), 5), -1);
  EXPECT_TRUE(errno == EAGAIN || errno == EACCES);
  EXPECT_EQ(lock_byte(other.number(), 6), 0);
  ASSERT_EQ(unlock_byte(file.number(), 5), 0);
  EXPECT_EQ(lock_byte(other.number(), 5), 0);
}

TEST_F(Calls, ByteLocksOutliveAnotherDescriptorsEnd) {
  ASSERT_EQ(lock_byte(file.number(), 5), 0);
  Descriptor(open_at(base.number(), "file", O_RDWR)).reset();  // would lose a classic POSIX lock
  Descriptor other(open_at(base.number(), "file", O_RDWR));
  EXPECT_EQ(byte_is_locked(other.number(), 5), 1);
}

TEST(DescriptorTest, MovesAndClosesOnce) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  Descriptor write_end(ends[1]);
  {
    Descriptor first(ends[0]);
    Descriptor second(std::move(first));
    EXPECT_EQ(second.number(), ends[0]);
    EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): what a move leaves behind is promised
    Descriptor third;
    third = std::move(second);
    EXPECT_EQ(third.release(), ends[0]);
    EXPECT_FALSE(third);
  }
  EXPECT_NE(::fcntl(ends[0], F_GETFD), -1);
  Descriptor(ends[0]).reset();
  EXPECT_EQ(::fcntl(ends[0], F_GETFD), -1);
}

}  // namespace
}  // namespace cache_on_disk::system
