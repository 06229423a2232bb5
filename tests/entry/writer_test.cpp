#include "store/writer.hpp"

#include <cerrno>
#include <stdexcept>
#include <thread>

#include "entry/entry_fixture.hpp"
#include "format/hash.hpp"
#include "format/tag_files.hpp"

namespace cache_on_disk::entry {
namespace {

using system::Call;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class Writer : public EntryTest {
 protected:
  std::string name = key.plain_file();
};

TEST_F(Writer, TheFileBeginsWithThePayloadAsNumpyWritesIt) {
  const std::string payload = npy_payload(100);
  EXPECT_THAT(stored(key, payload), StartsWith(payload));
}

TEST_F(Writer, TellsTheSizeOfTheFile) {
  for (const std::size_t count : {3u, 9000u, 140'000u}) {
    const auto size = store(key, name, npy_payload(count));
    ASSERT_TRUE(size.ok());
    EXPECT_EQ(*size, std::filesystem::file_size(path(name)));
  }
}

TEST_F(Writer, MakesFilesForTheirOwnerOnly) {
  const mode_t before = ::umask(0);
  stored(key, npy_payload(3));
  ::umask(before);
  EXPECT_EQ(read(key).status.mode & 07777, 0600u);
}

TEST_F(Writer, KeepsOriginTypeAndNames) {
  Metadata metadata;
  metadata.stem = metadata.directory = "not mine";
  metadata.created = 5;
  const std::string payload = npy_payload(3);
  ASSERT_TRUE(publish(*directory, name, key, encoding_of(payload, {Format::npy, "<f4", 3}), metadata, options).ok());
  const Finding finding = read(key);
  EXPECT_EQ(finding.metadata.stem, key.stem);
  EXPECT_EQ(finding.metadata.directory, "cacheT");
  EXPECT_EQ(finding.metadata.origin.type.text(), "npy <f4 3") << "of this very value, not of the cell";
  EXPECT_EQ(finding.metadata.origin.object_class, "4Loop");
  EXPECT_EQ(finding.metadata.created, 5);
}

/// Looks at the directory at each system call.
class Onlooker : public system::Interceptor {
 public:
  explicit Onlooker(std::function<void(Call)> look) : look_(std::move(look)), before_(system::intercept(this)) {}
  ~Onlooker() override { system::intercept(before_); }
  int before(Call call) override {
    if (!looking_) {
      looking_ = true;
      look_(call);
      looking_ = false;
    }
    return 0;
  }

 private:
  std::function<void(Call)> look_;
  bool looking_ = false;
  system::Interceptor* before_;
};

TEST_F(Writer, OthersSeeTheOldStateOrTheWholeNewOne) {
  const std::string payload = npy_payload(140'000);
  const std::string older = npy_payload(50'000);
  std::size_t looks = 0;
  for (const bool replaces : {false, true}) {
    if (replaces) stored(key, older);
    const Onlooker onlooker([&](Call) {
      ++looks;
      const Finding seen = read(key);
      if (replaces) {
        ASSERT_EQ(seen.judgement, Judgement::sound);
        EXPECT_TRUE(text_of(seen.payload.bytes) == older || text_of(seen.payload.bytes) == payload);
      } else {
        EXPECT_TRUE(seen.judgement == Judgement::missing || text_of(seen.payload.bytes) == payload);
      }
    });
    ASSERT_TRUE(store(key, name, payload).ok());
    if (!replaces) std::filesystem::remove(path(name));
  }
  EXPECT_GT(looks, 20u);
  EXPECT_TRUE(text_of(read(key).payload.bytes) == payload);
}

TEST_F(Writer, AFileHasItsFinalLengthBeforeItsFirstByte) {
  const std::string payload = npy_payload(140'000);
  bool seen = false;
  std::uint64_t length = 0;
  const Onlooker onlooker([&](Call call) {
    if (call != Call::write || seen) return;
    seen = true;
    for (const std::string& each : names())
      if (each.starts_with(temporary_prefix)) length = std::filesystem::file_size(path(each));
  });
  const auto size = store(key, name, payload);
  ASSERT_TRUE(size.ok());
  EXPECT_TRUE(seen);
  EXPECT_EQ(length, *size);
}

TEST_F(Writer, ATemporaryFileIsLockedAndPrivateWhileItIsWritten) {
  bool seen = false;
  const Onlooker onlooker([&](Call call) {
    if (call != Call::write || seen) return;
    seen = true;
    for (const std::string& each : names()) {
      if (!each.starts_with(temporary_prefix)) continue;
      const system::Descriptor file(system::open_at(directory->descriptor(), each.c_str(), O_RDWR));
      EXPECT_EQ(system::byte_is_locked(file.number(), 0), 1);
      system::FileStatus status;
      EXPECT_EQ(system::status_of(file.number(), status), 0);
      EXPECT_EQ(status.mode & 07777, 0600u);
    }
  });
  ASSERT_TRUE(store(key, name, npy_payload(3)).ok());
  EXPECT_TRUE(seen);
}

TEST_F(Writer, TheDiskIsHurriedOnlyForWhatIsLargeAndTookLongToCompute) {
  const auto hurries = [&](std::size_t count, double seconds) {
    const std::string payload = npy_payload(count);
    Metadata metadata;
    metadata.seconds = seconds;
    const FailingCalls calls;
    EXPECT_TRUE(publish(*directory, name, key, encoding_of(payload), metadata, options).ok());
    system::wait_for_background();
    return std::ranges::count(calls.calls(), Call::writeback) == 1;
  };
  EXPECT_TRUE(hurries(140'000, 3600));
  EXPECT_TRUE(hurries(140'000, 0)) << "unknown: it may have taken hours";
  EXPECT_FALSE(hurries(140'000, 0.5));
  EXPECT_FALSE(hurries(140, 3600));
}

TEST_F(Writer, ShortWritesAreContinued) {
  for (const std::size_t count : {20u, 9000u, 20'000u}) {
    const std::string payload = npy_payload(count);
    {
      FailingCalls calls;
      calls.limit_writes(count == 20 ? 1 : 1009);
      calls.interrupt(1);
      ASSERT_TRUE(store(key, name, payload).ok());
    }
    const Finding finding = read(key);
    ASSERT_EQ(finding.judgement, Judgement::sound) << finding.reason;
    EXPECT_TRUE(text_of(finding.payload.bytes) == payload);
  }
}

TEST_F(Writer, AWriteThatTakesNothingIsAnErrorAndNoEndlessLoop) {
  FailingCalls calls;
  calls.limit_writes(0);
  const auto size = store(key, name, npy_payload(3));
  ASSERT_FALSE(size.ok());
  EXPECT_EQ(size.error().code, EIO);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Writer, StoresNothingThatWouldTouchTheFloorOfFreeSpace) {
  struct statvfs space{};
  ASSERT_EQ(system::free_space(directory->descriptor(), space), 0);
  options.free_space_floor = std::uint64_t{space.f_blocks} * space.f_frsize;
  const auto size = store(key, name, npy_payload(3));
  ASSERT_FALSE(size.ok());
  EXPECT_EQ(size.error().code, ENOSPC);
  EXPECT_THAT(size.error().message, HasSubstr(directory->path()));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Writer, TheFloorCountsTheEntryItself) {
  struct statvfs space{};
  ASSERT_EQ(system::free_space(directory->descriptor(), space), 0);
  const std::uint64_t available = std::uint64_t{space.f_bavail} * space.f_frsize;
  options.free_space_floor = available / 2;
  Encoding huge{"", available / 4 * 3, [](Sink&) { ADD_FAILURE() << "asked for a body that does not fit"; },
                key.origin.type};
  const auto size = publish(*directory, name, key, huge, {}, options);
  ASSERT_FALSE(size.ok());
  EXPECT_EQ(size.error().code, ENOSPC);
}

TEST_F(Writer, WhereFreeSpaceIsUnknownWritingIsTried) {
  FailingCalls calls;
  calls.fail(Call::space, ENOSYS);
  EXPECT_TRUE(store(key, name, npy_payload(3)).ok());
}

TEST_F(Writer, AFileSystemThatCannotAllocateIsWrittenAllTheSame) {
  for (const int code : {EOPNOTSUPP, ENOSYS, EINVAL}) {
    FailingCalls calls;
    calls.fail(Call::allocate, code);
    EXPECT_TRUE(store(key, name, npy_payload(140'000)).ok()) << code;
  }
}

TEST_F(Writer, ACodecThatKeepsNotItsWordLeavesNothing) {
  const std::string text(1000, 'x');
  for (const std::uint64_t announced : {std::uint64_t{999}, std::uint64_t{1001}, std::uint64_t{1} << 20}) {
    const Encoding encoding{"head", announced, [&](Sink& sink) { sink.write(bytes_of(text)); }, key.origin.type};
    EXPECT_FALSE(publish(*directory, name, key, encoding, {}, options).ok()) << announced;
    EXPECT_THAT(names(), IsEmpty());
  }
}

TEST_F(Writer, AnExceptionOfACodecPassesAndLeavesNothing) {
  const auto descriptors = open_descriptors();
  const Encoding encoding{"head", 5, [](Sink&) { throw std::runtime_error("codec"); }, key.origin.type};
  EXPECT_THROW((void)publish(*directory, name, key, encoding, {}, options), std::runtime_error);
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_LE(open_descriptors(), descriptors);
}

TEST_F(Writer, ASinkSaysWhenWritingHasFailed) {
  FailingCalls calls;
  calls.fail(Call::write, EDQUOT);
  const std::string piece(100'000, 'x');
  int asked = 0;
  const Encoding encoding{"", piece.size() * 10,
                          [&](Sink& sink) {
                            for (int i = 0; i < 10; ++i, ++asked)
                              if (!sink.write(bytes_of(piece))) return;
                          },
                          key.origin.type};
  const auto size = publish(*directory, name, key, encoding, {}, options);
  ASSERT_FALSE(size.ok());
  EXPECT_EQ(size.error().code, EDQUOT);
  EXPECT_EQ(asked, 0);
}

TEST_F(Writer, AStoreIsLostWhenItsFileIsGone) {
  const Onlooker onlooker([&](Call call) {
    if (call != Call::rename) return;
    for (const std::string& each : names()) std::filesystem::remove(path(each));
  });
  const auto size = store(key, name, npy_payload(3));
  ASSERT_FALSE(size.ok());
  EXPECT_EQ(size.error().code, ENOENT);
  EXPECT_THAT(size.error().message, HasSubstr("lost the store"));
}

/// Renames, but answers like a server whose answer got lost and which found nothing to do when asked again.
class LostAnswer : public FailingCalls {
 public:
  explicit LostAnswer(std::string directory, std::string name)
      : directory_(std::move(directory)), name_(std::move(name)) {}
  int before(Call call) override {
    if (call != Call::rename) return FailingCalls::before(call);
    for (const auto& entry : std::filesystem::directory_iterator(directory_))
      if (entry.path().filename().string().starts_with(temporary_prefix))
        std::filesystem::rename(entry.path(), directory_ + "/" + name_);
    return ENOENT;
  }

 private:
  std::string directory_, name_;
};

TEST_F(Writer, ARenameWhoseAnswerGotLostCountsAsDone) {
  const LostAnswer lost(directory->path(), name);
  EXPECT_TRUE(store(key, name, npy_payload(3)).ok());
  EXPECT_THAT(names(), ElementsAre(name));
  EXPECT_EQ(read(key).judgement, Judgement::sound);
}

TEST_F(Writer, AGroupsEntryIsReadableByTheGroup) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a file to a group";
  directory = open("cacheG", Trust::group(std::to_string(some_group)));
  const mode_t before = ::umask(0077);
  stored(key, npy_payload(3));
  ::umask(before);
  const Finding finding = read(key);
  EXPECT_EQ(finding.status.mode & 07777, 0640u);
  EXPECT_EQ(finding.status.gid, some_group);
}

TEST_F(Writer, UnderPlainTrustAnEntryIsReadableByAll) {
  directory = open("cacheT", Trust::plain());
  const mode_t before = ::umask(0077);
  stored(key, npy_payload(3));
  ::umask(before);
  EXPECT_EQ(read(key).status.mode & 07777, 0644u);
}

TEST_F(Writer, ReplacesALinkInsteadOfFollowingIt) {
  write_all(folder / "victim", "precious");
  ASSERT_EQ(::symlink((folder / "victim").c_str(), path(name).c_str()), 0);
  stored(key, npy_payload(3));
  EXPECT_EQ(read_all(folder / "victim"), "precious");
  EXPECT_EQ(read(key).judgement, Judgement::sound);
}

TEST_F(Writer, ManyWritersOfOneNameLeaveOneWholeEntry) {
  const std::string payloads[] = {npy_payload(10), npy_payload(9000), npy_payload(40'000)};
  std::vector<std::thread> threads;
  for (const std::string& payload : payloads)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(store(key, name, payload).ok());
    });
  for (int i = 0; i < 100; ++i) {
    const Finding finding = read(key);
    EXPECT_TRUE(finding.judgement == Judgement::missing || finding.judgement == Judgement::sound) << finding.reason;
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(names(), ElementsAre(name));
}

TEST_F(Writer, AKilledWriterLeavesOnlyATemporaryFile) {
  for (const Call last : {Call::lock, Call::truncate, Call::write, Call::close, Call::rename}) {
    ChildProcess child([&] {
      const Onlooker onlooker([&](Call call) {
        if (call == last) ::kill(::getpid(), SIGKILL);
      });
      (void)store(key, name, npy_payload(40'000));
      return 0;
    });
    EXPECT_EQ(child.wait(), 128 + SIGKILL);
    EXPECT_FALSE(exists(name));
  }
  EXPECT_EQ(names().size(), 5u);
  EXPECT_THAT(names(), ::testing::Each(StartsWith(temporary_prefix)));
}

}  // namespace
}  // namespace cache_on_disk::entry
