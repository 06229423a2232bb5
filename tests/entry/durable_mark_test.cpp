#include "store/durable_mark.hpp"

#include <mutex>

#include "cache_on_disk/log.hpp"
#include "entry/entry_fixture.hpp"
#include "store/entry_lock.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

using system::Call;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::mutex notices_mutex;
std::vector<Trouble> notices;

class DurableMark : public EntryTest {
 protected:
  DurableMark() {
    set_trouble_handler([](const Trouble& what) {
      const std::lock_guard lock(notices_mutex);
      notices.push_back(what);
    });
    notices.clear();
    file = stored(key, payload);
    system::BirthTime birth;
    const system::Descriptor opened(system::open_at(directory->descriptor(), name.c_str(), O_RDONLY));
    can_mark = system::birth_time_of(opened.number(), birth) == 0 && birth.known;
  }
  ~DurableMark() override {
    wait_for_marks();
    set_trouble_handler({});
  }

  /// What a reader does who has checked the whole payload.
  void mark(const Finding& finding) const {
    mark_when_durable({directory, name, key.stem, key.identity, finding.status, finding.birth});
    wait_for_marks();
  }
  std::uint64_t mark_in_file() const {
    const std::string bytes = read_all(path(name));
    return text::get<std::uint64_t>(reinterpret_cast<const std::byte*>(bytes.data() + bytes.size() - footer_size));
  }
  void flip(std::size_t byte) const {
    std::fstream stream(path(name), std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(static_cast<std::streamoff>(byte));
    stream.put(static_cast<char>(file[byte] ^ 1));
  }
  void flip_back(std::size_t byte) const {
    std::fstream stream(path(name), std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(static_cast<std::streamoff>(byte));
    stream.put(file[byte]);
  }
  void set_modified_time(time_t seconds) const {
    const struct timespec times[] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, {.tv_sec = seconds, .tv_nsec = 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times, 0), 0);
  }

  std::string payload = npy_payload(140'000);
  std::string name = key.plain_file();
  std::string file;
  bool can_mark = false;
};

#define NEEDS_BIRTH_TIMES \
  if (!can_mark) GTEST_SKIP() << "this file system keeps no birth times, so nothing is ever marked"

TEST_F(DurableMark, IsSetOnceTheWholePayloadWasChecked) {
  NEEDS_BIRTH_TIMES;
  Finding finding = read(key);
  ASSERT_TRUE(finding.markable);
  EXPECT_FALSE(finding.durable);
  EXPECT_EQ(mark_in_file(), 0u);
  mark(finding);
  EXPECT_EQ(mark_in_file(), durable_mark(key.identity, finding.status, finding.birth));
  finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::sound);
  EXPECT_TRUE(finding.durable);
  EXPECT_FALSE(finding.markable);
  EXPECT_TRUE(text_of(finding.payload.bytes) == payload);
  EXPECT_THAT(notices, IsEmpty());
}

TEST_F(DurableMark, ComesAfterTheDataReachedTheDisk) {
  NEEDS_BIRTH_TIMES;
  const Finding finding = read(key);
  const FailingCalls calls;
  mark(finding);
  std::vector<Call> order;
  for (const Call call : calls.calls())
    if (call == Call::sync || call == Call::write) order.push_back(call);
  EXPECT_THAT(order, ::testing::ElementsAre(Call::sync, Call::write));
}

TEST_F(DurableMark, ChangesNothingButItsEightBytes) {
  NEEDS_BIRTH_TIMES;
  mark(read(key));
  std::string marked = read_all(path(name));
  ASSERT_NE(marked, file);
  marked.replace(marked.size() - footer_size, 8, 8, '\0');
  EXPECT_TRUE(marked == file);
}

TEST_F(DurableMark, LeavesTheModificationTimeAsItWas) {
  NEEDS_BIRTH_TIMES;
  set_modified_time(1'600'000'000);
  const Finding before = read(key);
  mark(before);
  const Finding after = read(key);
  EXPECT_TRUE(after.durable);
  EXPECT_EQ(after.status.modified_seconds, 1'600'000'000);
  EXPECT_EQ(after.status.modified_nanoseconds, before.status.modified_nanoseconds);
}

TEST_F(DurableMark, IsNoneOnceTheFileWasWrittenInto) {
  NEEDS_BIRTH_TIMES;
  mark(read(key));
  for (const std::size_t byte : {std::size_t{4096}, payload.size() - 1, std::size_t{200}}) {
    const std::string before = read_all(path(name));
    flip(byte);
    const Finding finding = read(key);
    EXPECT_EQ(finding.judgement, Judgement::damaged) << byte;
    EXPECT_FALSE(read(key, Depth::survey).durable) << byte;
    flip_back(byte);
    ASSERT_TRUE(read_all(path(name)) == before);
    EXPECT_EQ(read(key).judgement, Judgement::sound);
    mark(read(key));
    EXPECT_TRUE(read(key).durable) << "checked in full, and marked again";
  }
}

TEST_F(DurableMark, IsNoneOnceAPartWasOverwrittenWithThatOfASoundEntry) {
  NEEDS_BIRTH_TIMES;
  mark(read(key));
  const std::string marked = read_all(path(name));
  const std::string other = npy_payload(140'000 - 1);
  std::fstream(path(name), std::ios::binary | std::ios::in | std::ios::out)
      << other.substr(0, other.size() / 2);  // as by `rsync --inplace`, cut off
  ASSERT_EQ(read_all(path(name)).size(), marked.size());
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
}

TEST_F(DurableMark, IsNoneOnceTheFileWasTouchedAndComesBackWithTheNextCheck) {
  NEEDS_BIRTH_TIMES;
  mark(read(key));
  set_modified_time(1'600'000'001);
  Finding finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::sound);
  EXPECT_FALSE(finding.durable);
  ASSERT_TRUE(finding.markable);
  mark(finding);
  finding = read(key);
  EXPECT_TRUE(finding.durable);
  EXPECT_EQ(finding.status.modified_seconds, 1'600'000'001);
}

TEST_F(DurableMark, IsNotSetOnceTheFileWasWrittenIntoSinceItWasChecked) {
  NEEDS_BIRTH_TIMES;
  const Finding finding = read(key);
  flip(4096);
  set_modified_time(1'600'000'000);
  mark(finding);
  EXPECT_EQ(mark_in_file(), 0u);
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
}

TEST_F(DurableMark, IsNotSetWhereTheFileIsWrittenIntoWhileItIsSynced) {
  NEEDS_BIRTH_TIMES;
  const Finding finding = read(key);
  class WrittenMeanwhile : public FailingCalls {
   public:
    explicit WrittenMeanwhile(std::function<void()> write) : write_(std::move(write)) {}
    int before(Call call) override {
      if (call == Call::sync) write_();
      return 0;
    }

   private:
    std::function<void()> write_;
  } calls([&] {
    flip(4096);
    set_modified_time(1'600'000'000);
  });
  mark(finding);
  EXPECT_EQ(mark_in_file(), 0u);
}

TEST_F(DurableMark, WhoseTimeCannotBeSetBackIsNone) {
  NEEDS_BIRTH_TIMES;
  set_modified_time(1'600'000'000);
  const Finding finding = read(key);
  {
    FailingCalls calls;
    calls.fail(Call::touch, EPERM);
    mark(finding);
  }
  EXPECT_NE(mark_in_file(), 0u);
  EXPECT_FALSE(read(key).durable);
  EXPECT_TRUE(read(key).markable) << "and the next reader tries again";
}

TEST_F(DurableMark, OfTheVersionBeforeIsNone) {
  NEEDS_BIRTH_TIMES;
  const Finding finding = read(key);
  std::string text(36, '\0');
  auto* const place = reinterpret_cast<std::byte*>(text.data());
  text::put(place, key.identity.low), text::put(place + 8, key.identity.high);
  text::put(place + 16, finding.status.inode);
  text::put(place + 24, static_cast<std::uint64_t>(finding.birth.seconds));
  text::put(place + 32, finding.birth.nanoseconds);
  std::string old(8, '\0');
  text::put(reinterpret_cast<std::byte*>(old.data()), hash_64(bytes_of(std::string_view(text))));
  std::fstream stream(path(name), std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(static_cast<std::streamoff>(file.size() - footer_size));
  stream << old;
  stream.close();
  EXPECT_EQ(read(key).judgement, Judgement::sound);
  EXPECT_FALSE(read(key).durable);
}

TEST_F(DurableMark, LetsBitRotBehindItPassUnlessAllIsToBeVerified) {
  NEEDS_BIRTH_TIMES;
  set_modified_time(1'600'000'000);
  mark(read(key));
  flip(4096);
  set_modified_time(1'600'000'000);  // a medium that goes bad changes no time
  EXPECT_EQ(read(key).judgement, Judgement::sound)
      << "documented: the mark says it is on disk, not that disks are sound";
  options.verify = Verify::always;
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
}

TEST_F(DurableMark, DoesNotExcuseDamageOfMetadataOrFooter) {
  NEEDS_BIRTH_TIMES;
  mark(read(key));
  flip(payload.size() + 30);
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
}

TEST_F(DurableMark, OfACopyIsNone) {
  NEEDS_BIRTH_TIMES;
  mark(read(key));
  std::filesystem::rename(path(name), folder / "original");
  write_all(path(name), read_all(folder / "original"));
  ASSERT_NE(mark_in_file(), 0u);
  const Finding finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::sound);
  EXPECT_FALSE(finding.durable);
  EXPECT_TRUE(finding.markable);
  file = read_all(path(name));
  flip(4096);
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
}

TEST_F(DurableMark, OfAnyOtherValueIsNone) {
  NEEDS_BIRTH_TIMES;
  set_modified_time(1'600'000'000);
  mark(read(key));
  const std::size_t footer = file.size() - footer_size;
  file = read_all(path(name));
  for (std::size_t byte = footer; byte < footer + 8; ++byte) {
    flip(byte);
    set_modified_time(1'600'000'000);
    EXPECT_FALSE(read(key).durable) << byte - footer;
    EXPECT_EQ(read(key).judgement, Judgement::sound);
    flip_back(byte);
  }
  set_modified_time(1'600'000'000);
  EXPECT_TRUE(read(key).durable);
}

TEST_F(DurableMark, DependsOnIdentityInodeBirthAndTimeOfChange) {
  const Hash128 identity{.low = 1, .high = 2};
  system::FileStatus status;
  status.inode = 7;
  status.modified_seconds = 1'700'000'000;
  status.modified_nanoseconds = 9;
  const system::BirthTime birth{.seconds = 1'700'000'000, .nanoseconds = 5, .known = true};
  const std::uint64_t mark = durable_mark(identity, status, birth);
  EXPECT_NE(mark, 0u);
  EXPECT_EQ(mark, hash_64(bytes_of(std::string_view("\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0"
                                                    "\x00\xf1\x53\x65\0\0\0\0\5\0\0\0"
                                                    "\x00\xf1\x53\x65\0\0\0\0\x09\0\0\0",
                                                    48))));
  system::FileStatus other = status;
  other.inode = 8;
  EXPECT_NE(durable_mark(identity, other, birth), mark);
  EXPECT_NE(durable_mark({.low = 2, .high = 2}, status, birth), mark);
  EXPECT_NE(durable_mark({.low = 1, .high = 3}, status, birth), mark);
  EXPECT_NE(durable_mark(identity, status, {.seconds = 1'700'000'001, .nanoseconds = 5, .known = true}), mark);
  EXPECT_NE(durable_mark(identity, status, {.seconds = 1'700'000'000, .nanoseconds = 6, .known = true}), mark);
  other = status;
  other.modified_seconds -= 1;
  EXPECT_NE(durable_mark(identity, other, birth), mark);
  other = status;
  other.modified_nanoseconds += 1;
  EXPECT_NE(durable_mark(identity, other, birth), mark);
  other = status;
  other.size = 99, other.links = 3;
  EXPECT_EQ(durable_mark(identity, other, birth), mark) << "the checksum and the lengths tell of these";
}

TEST_F(DurableMark, IsNotForFilesThatTheirOwnerMayNotWrite) {
  ASSERT_EQ(::chmod(path(name).c_str(), 0400), 0);
  const Finding finding = read(key);
  EXPECT_EQ(finding.judgement, Judgement::sound);
  EXPECT_FALSE(finding.markable);
}

TEST_F(DurableMark, IsNotForSmallOnes) {
  const EntryKey small = key_of("small");
  stored(small, npy_payload(1000));
  EXPECT_FALSE(read(small).markable);
}

TEST_F(DurableMark, IsNotForASurvey) { EXPECT_FALSE(read(key, Depth::survey).markable); }

TEST_F(DurableMark, IsNotSetOnceTheFileGotASecondLink) {
  NEEDS_BIRTH_TIMES;
  const Finding finding = read(key);
  ASSERT_EQ(::link(path(name).c_str(), (folder / "second").c_str()), 0);
  mark(finding);
  EXPECT_EQ(mark_in_file(), 0u);
}

TEST_F(DurableMark, IsNotSetOnceTheFileWasReplaced) {
  NEEDS_BIRTH_TIMES;
  const Finding finding = read(key);
  stored(key, payload);
  mark(finding);
  EXPECT_EQ(mark_in_file(), 0u);
}

TEST_F(DurableMark, IsNotSetWhereTheFileIsGoneOrALink) {
  NEEDS_BIRTH_TIMES;
  const Finding finding = read(key);
  std::filesystem::rename(path(name), folder / "moved");
  mark(finding);
  ASSERT_EQ(::symlink((folder / "moved").c_str(), path(name).c_str()), 0);
  mark(finding);
  EXPECT_EQ(mark_in_file(), 0u);
  EXPECT_THAT(notices, IsEmpty());
}

TEST_F(DurableMark, WithoutBirthTimesIsNeverBelievedNorSet) {
  NEEDS_BIRTH_TIMES;
  mark(read(key));
  // The calls to stat: of the file, then its birth time.
  class NoBirth : public system::Interceptor {
   public:
    int before(Call call) override { return call == Call::stat && ++stats_ % 2 == 0 ? ENOSYS : 0; }
    int stats_ = 0;
  } no_birth;
  system::Interceptor* const before = system::intercept(&no_birth);
  const Finding finding = read(key);
  system::intercept(before);
  EXPECT_EQ(finding.judgement, Judgement::sound);
  EXPECT_FALSE(finding.durable);
  EXPECT_FALSE(finding.markable);
}

class LostPayload : public DurableMark {
 protected:
  void lose(FailingCalls& calls) const {
    const Finding finding = read(key);
    calls.fail(Call::sync, EIO);
    mark(finding);
    calls.fail(Call::sync, 0);
  }
};

TEST_F(LostPayload, IsRemovedAndTold) {
  NEEDS_BIRTH_TIMES;
  FailingCalls calls;
  lose(calls);
  EXPECT_FALSE(exists(name));
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].place, directory->path());
  EXPECT_THAT(notices[0].message, AllOf(HasSubstr(name), HasSubstr("Input/output error"), HasSubstr("was removed")));
  EntryLock lock(directory, key.stem);
  EXPECT_EQ(lock.try_acquire(), EntryLock::State::held) << "nobody keeps it";
}

TEST_F(LostPayload, OfAReplacedFileLeavesTheNewOne) {
  NEEDS_BIRTH_TIMES;
  const Finding finding = read(key);
  class ReplacedMeanwhile : public FailingCalls {
   public:
    explicit ReplacedMeanwhile(std::function<void()> replace) : replace_(std::move(replace)) {}
    int before(Call call) override {
      if (call != Call::sync) return FailingCalls::before(call);
      replace_();
      return EIO;
    }

   private:
    std::function<void()> replace_;
  } calls([&] { stored(key, payload); });
  mark(finding);
  EXPECT_EQ(read(key).judgement, Judgement::sound);
  EXPECT_EQ(mark_in_file(), 0u);
  EXPECT_THAT(notices, IsEmpty());
}

// After a failed fdatasync the kernel calls the pages clean: the next one would succeed, and mark what is not
// on disk.
TEST_F(LostPayload, IsRemovedWhereThereAreNoLocks) {
  NEEDS_BIRTH_TIMES;
  FailingCalls calls;
  calls.fail(Call::lock, ENOLCK);
  lose(calls);
  EXPECT_FALSE(exists(name));
  EXPECT_EQ(notices.size(), 1u);
}

TEST_F(LostPayload, IsRemovedWhileSomebodyHoldsItsLock) {
  NEEDS_BIRTH_TIMES;
  EntryLock other(directory, key.stem);
  ASSERT_EQ(other.try_acquire(), EntryLock::State::held);
  FailingCalls calls;
  lose(calls);
  EXPECT_FALSE(exists(name));
  EXPECT_EQ(notices.size(), 1u);
}

TEST_F(LostPayload, ThatCannotBeRemovedIsToldAsSuch) {
  NEEDS_BIRTH_TIMES;
  FailingCalls calls;
  calls.fail(Call::unlink, EROFS);
  lose(calls);
  EXPECT_TRUE(exists(name));
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_THAT(notices[0].message, ::testing::Not(HasSubstr("was removed")));
}

TEST_F(DurableMark, EachFailingCallLeavesATrueMarkOrNone) {
  NEEDS_BIRTH_TIMES;
  std::size_t count = 0;
  {
    const Finding finding = read(key);
    const FailingCalls calls;
    mark(finding);
    count = calls.calls().size();
  }
  EXPECT_GE(count, 6u);
  for (std::size_t number = 0; number < count; ++number) {
    stored(key, payload);
    const Finding finding = read(key);
    const auto descriptors = open_descriptors();
    {
      FailingCalls calls;
      calls.fail_number(number, EIO);
      mark(finding);
    }
    EXPECT_LE(open_descriptors(), descriptors) << number;
    if (!exists(name)) continue;
    const std::uint64_t found = mark_in_file();
    EXPECT_TRUE(found == 0 || found == durable_mark(key.identity, finding.status, finding.birth)) << number;
    EXPECT_EQ(read(key).judgement, Judgement::sound);
  }
}

}  // namespace
}  // namespace cache_on_disk::entry
