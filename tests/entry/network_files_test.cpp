// What is left out, and what is not, where files lie on a server.
#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <semaphore>
#include <thread>

#include "entry/entry_fixture.hpp"
#include "process/background.hpp"
#include "store/entry_lock.hpp"
#include "store/last_use.hpp"
#include "support/network_client.hpp"
#include "upkeep/clear.hpp"

namespace cache_on_disk::entry {
namespace {

using namespace std::chrono_literals;
using system::Call;
using ::testing::ElementsAre;

constexpr std::uint32_t nfs = 0x6969, ceph = 0x00C36400;

class NetworkFiles : public EntryTest {
 protected:
  /// The directory, opened again as one of this kind.
  void open_on(const NetworkClient&) {
    forget_tag_directory(directory->place());
    directory = open("cacheX");
  }
  void make_temporary(const std::string& name, std::int64_t age) {
    write_all(path(name), "x");
    const auto then = static_cast<time_t>(std::time(nullptr) - age);
    const struct timespec times[2] = {{then, 0}, {then, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times, 0), 0);
  }
  std::size_t calls_of_a_store(NetworkClient& client, Call call, std::size_t doubles, const std::string& stem) {
    const std::size_t before = client.count(call);
    stored(key_of(stem), npy_payload(doubles));
    return client.count(call) - before;
  }
};

TEST_F(NetworkFiles, ASmallStoreOnNfsIsAnOpenAWriteACloseAndARename) {
  NetworkClient client("nfs4", nfs);
  open_on(client);
  stored(key, npy_payload(3));
  const std::vector<Call> before = client.calls();
  stored(key_of("root.Loop.phase"), npy_payload(3));
  const std::vector<Call> all = client.calls();
  const std::vector<Call> made(all.begin() + static_cast<std::ptrdiff_t>(before.size()), all.end());
  EXPECT_THAT(made, ElementsAre(Call::open, Call::stat, Call::write, Call::close, Call::rename));
}

TEST_F(NetworkFiles, ALargeOneIsLockedAndHasItsLengthFirst) {
  NetworkClient client("nfs4", nfs);
  open_on(client);
  EXPECT_EQ(calls_of_a_store(client, Call::lock, 100'000, "root.Loop.a"), 1u);
  EXPECT_EQ(calls_of_a_store(client, Call::truncate, 100'000, "root.Loop.b"), 1u);
}

TEST_F(NetworkFiles, WhereCloseSaysLittleASmallOneHasBoth) {
  NetworkClient client("ceph", ceph);
  open_on(client);
  EXPECT_EQ(calls_of_a_store(client, Call::lock, 3, "root.Loop.a"), 1u);
  EXPECT_EQ(calls_of_a_store(client, Call::truncate, 3, "root.Loop.b"), 1u);
}

TEST_F(NetworkFiles, FreeSpaceIsAskedForOnceInAWhileAndTheFloorIsKept) {
  NetworkClient client("nfs4", nfs);
  open_on(client);
  for (int i = 0; i < 5; ++i) stored(key_of("root.Loop.m" + std::to_string(i)), npy_payload(3));
  EXPECT_GE(client.count(Call::space), 1u);
  EXPECT_LE(client.count(Call::space), 4u);  // more only if each of them took a second
  options.free_space_floor = std::uint64_t{1} << 62;
  EXPECT_EQ(store(key, key.plain_file(), npy_payload(3)).error().code, ENOSPC) << "another floor is asked for at once";
}

TEST(KnownRoom, IsTakenUntilHalfIsGone) {
  KnownRoom room;
  EXPECT_FALSE(room.take(1, std::nullopt)) << "nothing is known";
  room.note(100, std::nullopt);
  EXPECT_FALSE(room.take(10, 5)) << "above another floor";
  EXPECT_TRUE(room.take(50, std::nullopt));
  EXPECT_FALSE(room.take(1, std::nullopt));
}

TEST(KnownRoom, OfTheDefaultFloorIsNotThatOfAnyOther) {
  for (const std::uint64_t floor : {std::uint64_t{0}, std::uint64_t{64} << 20, UINT64_MAX - 1, UINT64_MAX}) {
    KnownRoom room;
    room.note(100, std::nullopt);
    EXPECT_FALSE(room.take(10, floor)) << floor;
    room.note(100, floor);
    EXPECT_FALSE(room.take(10, std::nullopt)) << floor;
    EXPECT_TRUE(room.take(10, floor)) << floor;
  }
}

TEST_F(NetworkFiles, ATemporaryFileIsAsOldAsTheServersClockSays) {
  NetworkClient client("nfs4", nfs);
  open_on(client);
  note_use(*directory);
  make_temporary(".lock", 3600);  // the server's clock is an hour behind ours
  make_temporary(".tmp-young", 3660);
  make_temporary(".tmp-old", 3600 + 3600);
  EXPECT_EQ(sweep(*directory).files, 1u);
  EXPECT_TRUE(exists(".tmp-young"));
  EXPECT_FALSE(exists(".tmp-old"));
}

TEST_F(NetworkFiles, AHolderTellsOfItselfOnceItHasComputedForAWhile) {
  NetworkClient client("nfs4", nfs);
  open_on(client);
  EntryLock holder(directory, key.stem), waiter(directory, key.stem);
  ASSERT_EQ(holder.try_acquire(), EntryLock::State::held);
  ASSERT_EQ(waiter.try_acquire(), EntryLock::State::busy);
  const std::size_t before = client.count(Call::write);
  holder.announce_in_time({system::this_process(), key.stem, {}});
  EXPECT_EQ(client.count(Call::write), before) << "not for a quick one";
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!waiter.holder() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
  ASSERT_TRUE(waiter.holder());
  EXPECT_EQ(waiter.holder()->process, system::this_process());
}

TEST_F(NetworkFiles, AHolderThatWaitsTellsOfItAtOnce) {
  NetworkClient client("nfs4", nfs);
  open_on(client);
  EntryLock holder(directory, key.stem), other(directory, key.stem);
  ASSERT_EQ(holder.try_acquire(), EntryLock::State::held);
  ASSERT_EQ(other.try_acquire(), EntryLock::State::busy);
  holder.announce_in_time({system::this_process(), key.stem, {}});
  holder.announce({system::this_process(), key.stem, AwaitedEntry{"/some/where", 17}});
  ASSERT_TRUE(other.holder());
  EXPECT_TRUE(other.holder()->awaited);
}

TEST_F(NetworkFiles, WhoLetsGoInTimeTellsNothing) {
  NetworkClient client("nfs4", nfs);
  open_on(client);
  for (int i = 0; i < 100; ++i) {
    EntryLock holder(directory, key.stem);
    ASSERT_EQ(holder.try_acquire(), EntryLock::State::held);
    holder.announce_in_time({system::this_process(), key.stem, {}});
  }
  EXPECT_EQ(client.count(Call::write), 0u);
}

/// A client whose writes hang until they are let go.
class HangingWrites : public NetworkClient {
 public:
  HangingWrites() : NetworkClient("nfs4", nfs) {}
  int before(Call call) override {
    if (call == Call::write && hanging.exchange(false)) begun.release(), may_go_on.acquire();
    return NetworkClient::before(call);
  }
  std::atomic<bool> hanging{true};
  std::binary_semaphore begun{0}, may_go_on{0};
};

TEST_F(NetworkFiles, ARecordThatHangsHoldsUpNothingElseInTheBackground) {
  HangingWrites client;
  open_on(client);
  EntryLock holder(directory, key.stem);
  ASSERT_EQ(holder.try_acquire(), EntryLock::State::held);
  holder.announce_in_time({system::this_process(), key.stem, {}});
  client.begun.acquire();
  std::binary_semaphore done{0};
  system::run_in_background([&] { done.release(); });
  EXPECT_TRUE(done.try_acquire_for(20s));
  client.may_go_on.release();
  system::wait_for_background();
}

TEST_F(NetworkFiles, OnALocalDiskAHolderTellsOfItselfAtOnce) {
  EntryLock holder(directory, key.stem), waiter(directory, key.stem);
  ASSERT_EQ(holder.try_acquire(), EntryLock::State::held);
  ASSERT_EQ(waiter.try_acquire(), EntryLock::State::busy);
  holder.announce_in_time({system::this_process(), key.stem, {}});
  EXPECT_TRUE(waiter.holder());
}

}  // namespace
}  // namespace cache_on_disk::entry
