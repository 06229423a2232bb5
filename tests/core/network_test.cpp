// What was seen with real clients of NFS, SMB and GlusterFS, replayed: the function's value, one message at most, and nothing
// half done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cache_on_disk/detail/core/tree.hpp"
#include "cache_on_disk/log.hpp"
#include "cache_on_disk/options.hpp"
#include "core/bytes_front_door.hpp"
#include "store/entry_lock.hpp"
#include "support/network_client.hpp"
#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace {

using namespace std::chrono_literals;
using bytes::BytesCell;
using cache_on_disk::Trouble;
using cache_on_disk::core::Source;
using cache_on_disk::system::Call;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint32_t nfs = 0x6969, smb = 0xFE534D42, fuse = 0x65735546;
constexpr const char* entry = "root.C.m.npy";
constexpr int for_ever = 1 << 20;

class NetworkTest : public testing::Test {
 protected:
  /// A client that has mounted the directory just now: what was opened before lies on a local disk.
  class Client : public NetworkClient {
   public:
    Client(const NetworkTest& test, const char* type, std::uint32_t magic) : NetworkClient(type, magic), test_(test) {
      test_.forget_directory();
    }
    ~Client() override { test_.forget_directory(); }

   private:
    const NetworkTest& test_;
  };
  void forget_directory() const { cache_on_disk::entry::forget_tag_directory({directory_.path(), "cacheT", {}}); }

  NetworkTest() {
    cache_on_disk::set_trouble_handler([this](const Trouble& trouble) { told.push_back(trouble.message); });
  }
  ~NetworkTest() override {
    cache_on_disk::set_trouble_handler({});
    cache_on_disk::set_options({});
  }
  bytes::Answer call(const std::string& value, bytes::Hooks hooks = {}, const std::string& function = "C.m") {
    BytesCell cell;
    cell.retag(bytes::make_binding(directory_.path(), "T", function));
    return bytes::call(cell, [&] { return value; }, std::move(hooks));
  }
  std::string path(const std::string& name = entry) const { return directory_.path() + "/cacheT/" + name; }
  /// What lies there besides the lock file and CACHEDIR.TAG.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& file : std::filesystem::directory_iterator(directory_ / "cacheT"))
      if (const std::string name = file.path().filename(); name != ".lock" && name != "CACHEDIR.TAG")
        all.push_back(name);
    return all;
  }
  void set_readonly() {
    auto options = cache_on_disk::options();
    options.mode = cache_on_disk::Mode::readonly;
    cache_on_disk::set_options(options);
  }
  std::vector<std::string> told;
  TemporaryDirectory directory_;
};

// --- what a client remembers of names that it did not find

TEST_F(NetworkTest, AValueThatAnotherClientStoredIsFoundAlthoughThisOneBelievesItMissing) {
  call("theirs");
  for (const auto& [type, magic] : {std::pair{"nfs4", nfs}, {"nfs", nfs}, {"", nfs}, {"smb3", smb}}) {
    Client client(*this, type, magic);
    client.believe_missing(entry);
    const auto answer = call("mine");
    EXPECT_EQ(answer.source, Source::disk) << type;
    EXPECT_EQ(answer.value, "theirs");
  }
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(NetworkTest, AValueThatCameBetweenTheFirstLookAndTheLockIsFound) {
  call("theirs");
  for (const auto& [type, magic] : {std::pair{"nfs4", nfs}, {"smb3", smb}}) {
    Client client(*this, type, magic);
    client.believe_missing(entry);
    client.believe_missing_at(Call::lock, entry);
    EXPECT_EQ(call("mine").value, "theirs") << type;
  }
}

TEST_F(NetworkTest, AWaiterSeesTheValueWhileTheLockIsStillHeld) {
  namespace entry_layer = cache_on_disk::entry;
  call("theirs");
  std::filesystem::rename(path(), directory_ / "aside");
  const auto directory =
      entry_layer::open_tag_directory({directory_.path(), "cacheT", {}}, entry_layer::IfMissing::report);
  ASSERT_TRUE(directory.ok());
  entry_layer::EntryLock lock(*directory, "root.C.m");
  ASSERT_EQ(lock.try_acquire(), entry_layer::EntryLock::State::held);
  Client client(*this, "nfs4", nfs);
  client.believe_missing(entry);
  bytes::Hooks hooks;
  hooks.before_wait = [&] {
    client.believe_missing(entry);
    if (std::filesystem::exists(directory_ / "aside")) std::filesystem::rename(directory_ / "aside", path());
  };
  int waits = 0;
  hooks.interrupted = [&] { return ++waits > 100; };  // a broken test ends
  EXPECT_EQ(call("mine", hooks).value, "theirs");
}

TEST_F(NetworkTest, AReadonlyProcessFindsIt) {
  call("theirs");
  set_readonly();
  Client client(*this, "nfs4", nfs);
  client.believe_missing(entry);
  EXPECT_EQ(call("mine").value, "theirs");
}

TEST_F(NetworkTest, AReadonlyProcessFindsADirectoryThatItBelievesMissing) {
  call("theirs");
  set_readonly();
  Client client(*this, "nfs4", nfs);
  client.believe_missing("cacheT");
  EXPECT_EQ(call("mine").value, "theirs");
}

TEST_F(NetworkTest, AnExplanationFindsIt) {
  call("theirs");
  Client client(*this, "nfs4", nfs);
  client.believe_missing(entry);
  BytesCell cell;
  cell.retag(bytes::make_binding(directory_.path(), "T", "C.m"));
  EXPECT_EQ(cache_on_disk::core::explain_cell(cell, {}).state, cache_on_disk::Explanation::State::disk);
}

TEST_F(NetworkTest, ARefreshReplacesItWithoutReadingIt) {
  call("theirs");
  Client client(*this, "nfs4", nfs);
  client.believe_missing(entry);
  bytes::Hooks hooks;
  hooks.refresh = true;
  EXPECT_EQ(call("new", hooks).source, Source::computed);
  EXPECT_EQ(call("newer").value, "new");
  EXPECT_THAT(names(), ElementsAre(entry));
}

TEST_F(NetworkTest, AWaiterGetsWhatTheOtherClientStored) {
  Signal running, go;
  ChildProcess other([&] { return call("theirs", {}).source == Source::disk ? 1 : 0; });
  EXPECT_EQ(other.wait(), 0);
  std::filesystem::remove(path());
  ChildProcess holder([&] {
    Client client(*this, "nfs4", nfs);
    BytesCell cell;
    cell.retag(bytes::make_binding(directory_.path(), "T", "C.m"));
    const auto answer = bytes::call(cell, [&] {
      running.set();
      go.wait();
      return std::string("theirs");
    });
    return answer.source == Source::computed ? 0 : 1;
  });
  running.wait();
  Client client(*this, "nfs4", nfs);
  client.believe_missing(entry);
  std::jthread later([&] {
    std::this_thread::sleep_for(100ms);
    client.believe_missing(entry);
    go.set();
  });
  const auto answer = call("mine");
  EXPECT_EQ(answer.source, Source::disk);
  EXPECT_EQ(answer.value, "theirs");
  EXPECT_EQ(holder.wait(), 0);
}

TEST_F(NetworkTest, NothingIsAskedOnALocalDisk) {
  FailingCalls calls;
  call("mine");
  EXPECT_EQ(call("other").source, Source::disk);
  set_readonly();
  call("other", {}, "C.missing");
  EXPECT_EQ(calls.count(Call::ask_server), 0u);
}

// --- directories that are made again

TEST_F(NetworkTest, ADirectoryMadeAgainIsFoundAlthoughItsPathAndNumberSeemTheSame) {
  call("old");
  Client client(*this, "nfs4", nfs);
  BytesCell cell;
  cell.retag(bytes::make_binding(directory_.path(), "T", "C.m"));
  EXPECT_EQ(bytes::call(cell, [] { return std::string("x"); }).value, "old");
  cell.forget();
  client.lose_directory("cacheT");
  EXPECT_EQ(bytes::call(cell, [] { return std::string("x"); }).value, "old");
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(NetworkTest, AValueIsStoredInADirectoryMadeAgain) {
  Client client(*this, "nfs", nfs);
  call("first", {}, "C.other");
  client.lose_directory("cacheT");
  EXPECT_EQ(call("mine").source, Source::computed);
  EXPECT_EQ(call("other").value, "mine");
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(NetworkTest, ARefreshLooksIntoTheDirectoryThatWasPutInPlaceOfItsOwn) {
  const auto call_as = [&](const std::string& place, const char* object_class, const std::string& value) {
    BytesCell cell;
    cell.retag(bytes::make_binding(place, "T", "C.m", object_class));
    return bytes::call(cell, [&] { return value; });
  };
  call_as(directory_ / "other", "D", "of another class");
  BytesCell cell;
  cell.retag(bytes::make_binding(directory_.path(), "T", "C.m"));
  bytes::call(cell, [] { return std::string("old"); });
  cell.forget();
  std::filesystem::remove_all(directory_ / "cacheT");
  std::filesystem::rename(directory_ / "other/cacheT", directory_ / "cacheT");
  auto options = cache_on_disk::options();
  options.mode = cache_on_disk::Mode::refresh;
  cache_on_disk::set_options(options);
  EXPECT_EQ(bytes::call(cell, [] { return std::string("new"); }).value, "new");
  cache_on_disk::set_options({});
  EXPECT_EQ(call_as(directory_.path(), "D", "lost").value, "of another class");
  EXPECT_EQ(call_as(directory_.path(), "C", "lost").value, "new");
}

TEST_F(NetworkTest, AReadonlyProcessNoticesADirectoryMadeAgainOnALocalDisk) {
  call("old");
  BytesCell cell;
  cell.retag(bytes::make_binding(directory_.path(), "T", "C.m"));
  set_readonly();
  EXPECT_EQ(bytes::call(cell, [] { return std::string("x"); }).value, "old");
  std::filesystem::remove_all(directory_ / "cacheT");
  cell.forget();
  EXPECT_EQ(bytes::call(cell, [] { return std::string("gone"); }).value, "gone");
  EXPECT_FALSE(std::filesystem::exists(directory_ / "cacheT"));
  ChildProcess other([&] {
    cache_on_disk::set_options({});
    return call("new").source == Source::computed ? 0 : 1;
  });
  EXPECT_EQ(other.wait(), 0);
  cell.forget();
  EXPECT_EQ(bytes::call(cell, [] { return std::string("x"); }).value, "new");
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(NetworkTest, AReadonlyProcessNoticesADirectoryPutInPlaceOfItsOwn) {
  call("old");
  BytesCell cell;
  cell.retag(bytes::make_binding(directory_.path(), "T", "C.m"));
  BytesCell missing;
  missing.retag(bytes::make_binding(directory_.path(), "T", "C.missing"));
  set_readonly();
  EXPECT_EQ(bytes::call(cell, [] { return std::string("x"); }).value, "old");
  EXPECT_EQ(bytes::call(missing, [] { return std::string("x"); }).value, "x");
  missing.forget();
  std::filesystem::rename(directory_ / "cacheT", directory_ / "before");
  ChildProcess other([&] {
    cache_on_disk::set_options({});
    return call("new", {}, "C.missing").source == Source::computed ? 0 : 1;
  });
  EXPECT_EQ(other.wait(), 0);
  EXPECT_EQ(bytes::call(missing, [] { return std::string("x"); }).value, "new");
}

// --- answers that pass

TEST_F(NetworkTest, AnEntryThatIsReplacedJustThenIsReadAgain) {
  call("theirs");
  for (const auto& [type, magic] : {std::pair{"nfs4", nfs}, {"fuse.glusterfs", fuse}})
    for (const Call which : {Call::open, Call::stat, Call::read})
      for (const int code : {ESTALE, ENOENT}) {
        if (which == Call::open && code == ENOENT) continue;  // says that there is none
        Client client(*this, type, magic);
        BytesCell cell;
        cell.retag(bytes::make_binding(directory_.path(), "T", "C.m"));
        bytes::call(cell, [] { return std::string("mine"); });
        cell.forget();
        client.fail_times(which, which == Call::open ? entry : "", code, 3);
        const auto answer = bytes::call(cell, [] { return std::string("mine"); });
        EXPECT_EQ(answer.value, "theirs") << type << " " << static_cast<int>(which) << " " << code;
      }
  EXPECT_THAT(told, IsEmpty());
}

TEST_F(NetworkTest, AnEntryThatStaysStaleCostsTheHitAndTellsOnce) {
  call("theirs");
  {
    Client client(*this, "nfs4", nfs);
    client.fail_times(Call::open, entry, ESTALE, for_ever);
    for (int round = 0; round < 2; ++round) EXPECT_EQ(call("mine").value, "mine");
  }
  EXPECT_THAT(told, SizeIs(1));
  EXPECT_EQ(call("mine").value, "theirs") << "and nothing was replaced";
  EXPECT_THAT(names(), ElementsAre(entry));
}

TEST_F(NetworkTest, ARenameThatAnotherHostDisturbsIsTriedAgain) {
  int number = 0;
  for (const int code : {ETXTBSY, ENOENT, EBUSY, ESTALE}) {
    Client client(*this, "nfs", nfs);
    const std::string function = "C.m" + std::to_string(number++);
    client.fail_times(Call::rename, ".npy", code, 4);
    EXPECT_EQ(call("mine", {}, function).source, Source::computed);
    EXPECT_EQ(call("other", {}, function).source, Source::disk) << code;
  }
  EXPECT_THAT(told, IsEmpty());
  EXPECT_THAT(names(), SizeIs(4));
}

TEST_F(NetworkTest, ARenameThatGoesOnFailingLosesTheStoreAndTellsOnce) {
  for (const int code : {ETXTBSY, ENOENT}) {
    told.clear();
    Client client(*this, "nfs", nfs);
    client.fail_times(Call::rename, ".npy", code, for_ever);
    for (int round = 0; round < 2; ++round) EXPECT_EQ(call("mine").value, "mine");
    EXPECT_THAT(told, SizeIs(1)) << code;
    EXPECT_THAT(names(), IsEmpty());
  }
}

TEST_F(NetworkTest, OnALocalDiskNothingIsTriedAgain) {
  call("theirs");
  std::size_t renames = 0;
  {
    FailingCalls calls;
    calls.fail(Call::rename, ETXTBSY);
    EXPECT_EQ(call("mine", {}, "C.n").value, "mine");
    renames = calls.count(Call::rename);
  }
  EXPECT_EQ(renames, 1u);
}

// --- a server that does not answer, and locks that nobody frees

namespace entry_layer = cache_on_disk::entry;

/// A client whose questions about a directory hang in the kernel while `hangs`.
class Hanging : public NetworkClient {
 public:
  using NetworkClient::NetworkClient;
  int before(Call call) override {
    if (call == Call::lock) lock_was_asked_for = true;
    if (call == Call::ask_server) ++asked;
    while (call == Call::ask_server && hangs) std::this_thread::sleep_for(1ms);
    return NetworkClient::before(call);
  }
  std::atomic<bool> hangs{false};
  std::atomic<bool> lock_was_asked_for{false};
  std::atomic<int> asked{0};
};

class UnansweredTest : public NetworkTest {
 protected:
  UnansweredTest() {
    call("first", {}, "C.other");
    forget_directory();
    directory = *entry_layer::open_tag_directory(place, entry_layer::IfMissing::report);
    other.emplace(directory, "root.C.m");
    EXPECT_EQ(other->try_acquire(), entry_layer::EntryLock::State::held);
  }
  ~UnansweredTest() override {
    client.hangs = false;
    EXPECT_TRUE(answers_in_the_end());
    other.reset();
    forget_directory();
    // What a thread that was left behind still holds: it must not meet the end of the client.
    for (int i = 0; i < 20'000 && directory.use_count() > 1; ++i) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(directory.use_count(), 1);
    directory.reset();
  }
  bool answers_in_the_end() const {
    for (int i = 0; i < 20'000 && directory->is_unanswered(); ++i) std::this_thread::sleep_for(1ms);
    return !directory->is_unanswered();
  }
  void wait_at_most(std::chrono::milliseconds time) {
    auto options = cache_on_disk::options();
    options.max_wait = time;
    cache_on_disk::set_options(options);
  }
  const entry_layer::Place place{directory_.path(), "cacheT", {}};
  Hanging client{"nfs4", nfs};
  entry_layer::TagDirectoryPtr directory;
  std::optional<entry_layer::EntryLock> other;
};

TEST_F(UnansweredTest, AServerThatHangsWhileAnotherIsAwaitedCostsMaxWaitAndGivesTheValue) {
  wait_at_most(50ms);
  bytes::Hooks hooks;
  client.lock_was_asked_for = false;
  hooks.before_wait = [&] { client.hangs = client.lock_was_asked_for.load(); };  // not before the wait for the lock
  EXPECT_EQ(call("mine", hooks).value, "mine");
  EXPECT_THAT(told, ElementsAre(HasSubstr("does not answer")));
  EXPECT_TRUE(directory->is_unanswered());
  const int asked = client.asked;
  EXPECT_EQ(call("again", {}, "C.n").value, "again");
  EXPECT_EQ(client.asked, asked) << "nothing is asked of it meanwhile";
  EXPECT_THAT(names(), ElementsAre("root.C.other.npy"));
  client.hangs = false;
  ASSERT_TRUE(answers_in_the_end());
  other->release();
  EXPECT_EQ(call("new").source, Source::computed) << "and the lock that came too late was let go";
  EXPECT_EQ(call("newer").source, Source::disk);
}

TEST_F(UnansweredTest, AServerThatHangsBeforeTheFirstLookCostsMaxWait) {
  wait_at_most(50ms);
  client.hangs = true;
  EXPECT_EQ(call("mine").value, "mine");
  EXPECT_THAT(told, ElementsAre(HasSubstr("does not answer")));
  client.hangs = false;
  ASSERT_TRUE(answers_in_the_end());
  other->release();
  EXPECT_EQ(call("new").source, Source::computed);
  EXPECT_EQ(call("newer").value, "new");
}

TEST_F(UnansweredTest, AServerThatHangsWhileADirectoryIsOpenedCostsMaxWait) {
  wait_at_most(50ms);
  forget_directory();
  client.hangs = true;
  EXPECT_EQ(call("mine").value, "mine");
  EXPECT_THAT(told, ElementsAre(HasSubstr("does not answer")));
  const int asked = client.asked;
  EXPECT_EQ(call("again", {}, "C.n").value, "again");
  EXPECT_EQ(client.asked, asked) << "one thread that hangs there is enough";
  client.hangs = false;
  Source source = Source::uncached;
  for (int i = 0; i < 20'000 && source == Source::uncached; ++i) {
    source = call("new", {}, "C.n").source;
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(source, Source::computed);
  EXPECT_EQ(call("newer", {}, "C.n").value, "new");
}

TEST_F(UnansweredTest, AnInterruptionIsSeenWhileADirectoryIsOpened) {
  wait_at_most(60s);
  forget_directory();
  client.hangs = true;
  bytes::Hooks hooks;
  hooks.interrupted = [] { return true; };
  EXPECT_EQ(call("mine", hooks).source, Source::interrupted);
  client.hangs = false;
  while (call("new", {}, "C.n").source == Source::uncached) std::this_thread::sleep_for(1ms);
}

TEST_F(UnansweredTest, AnInterruptionIsSeenThereToo) {
  wait_at_most(60s);
  client.hangs = true;
  bytes::Hooks hooks;
  hooks.interrupted = [] { return true; };
  EXPECT_EQ(call("mine", hooks).source, Source::interrupted);
}

TEST_F(UnansweredTest, AnInterruptionIsSeenAlthoughTheServerHangs) {
  bytes::Hooks hooks;
  int slices = 0;
  hooks.before_wait = [&] { client.hangs = true; };
  hooks.interrupted = [&] { return ++slices > 3; };
  EXPECT_EQ(call("mine", hooks).source, Source::interrupted);
}

TEST_F(UnansweredTest, ASlowServerIsGivenTimeBeyondMaxWait) {
  wait_at_most(1ms);
  EXPECT_EQ(call("mine").source, Source::computed);
  EXPECT_THAT(told, IsEmpty());
  EXPECT_THAT(names(), testing::Contains(entry));
}

class LostLockTest : public UnansweredTest {
 protected:
  void pass_over_after(std::optional<std::chrono::milliseconds> time) {
    auto options = cache_on_disk::options();
    options.lost_lock_after = time;
    cache_on_disk::set_options(options);
  }
  void mount_as(const char* type) {
    other.reset();
    forget_directory();
    shown.emplace(type, nfs);
    directory = *entry_layer::open_tag_directory(place, entry_layer::IfMissing::report);
    other.emplace(directory, "root.C.m");
    ASSERT_EQ(other->try_acquire(), entry_layer::EntryLock::State::held);
  }
  std::optional<NetworkClient> shown;
};

TEST_F(LostLockTest, OfAHostThatVanishedOnNfs3IsPassedOver) {
  mount_as("nfs");
  pass_over_after(1ms);
  EXPECT_EQ(call("mine").source, Source::computed);
  EXPECT_THAT(told, ElementsAre(HasSubstr("the host of its holder may have vanished")));
  EXPECT_EQ(call("again").source, Source::disk);
}

TEST_F(LostLockTest, IsPassedOverByManyOfWhomOneComputes) {
  mount_as("nfs");
  constexpr int processes = 4;
  Signal begin;
  std::array<Signal, processes> have_passed_over;
  std::vector<std::unique_ptr<ChildProcess>> all;
  for (int i = 0; i < processes; ++i)
    all.push_back(std::make_unique<ChildProcess>([&, i] {
      pass_over_after(4s);
      cache_on_disk::set_trouble_handler([&](const Trouble&) { have_passed_over[static_cast<std::size_t>(i)].set(); });
      BytesCell cell;
      cell.retag(bytes::make_binding(directory_.path(), "T", "C.m"));
      begin.wait();
      const auto answer = bytes::call(cell, [&] {
        for (const Signal& each : have_passed_over) each.wait();
        std::this_thread::sleep_for(1200ms);  // they look again within a second
        return std::string("one");
      });
      return answer.value != "one" ? 3 : answer.source == Source::computed ? 1 : 0;
    }));
  begin.set();
  int computed = 0;
  for (const auto& child : all) {
    const int code = child->wait();
    EXPECT_LE(code, 1);
    computed += code == 1;
  }
  EXPECT_EQ(computed, 1);
}

TEST_F(LostLockTest, IsWaitedForWhereServersFreeItOrItsHolderIsSeenToLive) {
  bytes::Hooks hooks;
  int slices = 0;
  hooks.interrupted = [&] { return ++slices > 8; };
  pass_over_after(1ms);
  mount_as("nfs4");
  EXPECT_EQ(call("mine", hooks).source, Source::interrupted);
  mount_as("nfs");
  other->announce({cache_on_disk::system::this_process(), "root.C.m", {}});
  slices = 0;
  EXPECT_EQ(call("mine", hooks).source, Source::interrupted) << "a process of this host";
  pass_over_after(std::nullopt);
  mount_as("nfs");
  slices = 0;
  EXPECT_EQ(call("mine", hooks).source, Source::interrupted) << "never, as was asked for";
}

// --- errors that come late, and those of a server that does not let root in

TEST_F(NetworkTest, AnErrorOfCloseLosesTheStoreAndTellsOnce) {
  for (const int code : {EIO, EDQUOT, ENOSPC}) {
    told.clear();
    {
      Client client(*this, "nfs4", nfs);
      client.fail(Call::close, code);
      for (int round = 0; round < 2; ++round) EXPECT_EQ(call("mine").value, "mine");
    }
    EXPECT_THAT(told, ElementsAre(HasSubstr("not stored"))) << code;
    EXPECT_THAT(names(), IsEmpty());
  }
}

TEST_F(NetworkTest, ADirectoryThatRootMayNotMakeIsToldOnce) {
  Client client(*this, "nfs4", nfs);
  client.fail(Call::mkdir, EACCES);
  for (int round = 0; round < 2; ++round) EXPECT_EQ(call("mine").value, "mine");
  EXPECT_THAT(told, ElementsAre(HasSubstr("cannot create")));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "cacheT"));
}

TEST_F(NetworkTest, AFileThatRootMayNotMakeIsToldOnce) {
  call("first", {}, "C.other");
  Client client(*this, "nfs4", nfs);
  client.fail_times(Call::open, ".tmp-", EACCES, for_ever);
  for (int round = 0; round < 2; ++round) EXPECT_EQ(call("mine").value, "mine");
  EXPECT_THAT(told, ElementsAre(HasSubstr("cannot create a temporary file")));
  EXPECT_THAT(names(), ElementsAre("root.C.other.npy"));
}

}  // namespace
