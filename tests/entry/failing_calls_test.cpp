// Each system call of each operation failing in turn: nothing partial is seen, nothing is left, nothing
// leaks.
#include <cerrno>
#include <set>

#include "entry/entry_fixture.hpp"
#include "store/entry_lock.hpp"
#include "upkeep/clear.hpp"

namespace cache_on_disk::entry {
namespace {

using system::Call;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// What open(2), write(2), rename(2) and the others may say; none of them claims that there is no file.
constexpr int codes[] = {EIO, ENOSPC, EACCES, EMFILE, ENOMEM, ESTALE, EROFS, ENOLCK, EDQUOT};

class FailingTest : public EntryTest {
 protected:
  /// Runs `operation` once for each of its calls and each code, with that call failing, on a state that
  /// `prepare` makes; then `judge(failed call, code)`.
  void each_call_fails(const std::function<void()>& prepare, const std::function<void()>& operation,
                       const std::function<void(Call, int)>& judge) {
    prepare();
    operation();  // once for what only a first time does
    prepare();
    std::size_t count = 0;
    {
      FailingCalls calls;
      operation();
      count = calls.calls().size();
    }
    ASSERT_GT(count, 0u);
    for (const int code : codes)
      for (std::size_t number = 0; number < count; ++number) {
        prepare();
        const auto descriptors = open_descriptors();
        std::vector<Call> made;
        {
          FailingCalls calls;
          calls.fail_number(number, code);
          operation();
          made = calls.calls();
        }
        ASSERT_LE(open_descriptors(), descriptors) << "call " << number << " with " << code;
        ASSERT_LT(number, made.size());
        judge(made[number], code);
        if (HasFailure())
          FAIL() << "call " << number << " (kind " << static_cast<int>(made[number]) << ") with " << code;
      }
  }
  void empty_directory() const {
    for (const std::string& name : names()) std::filesystem::remove(path(name));
  }
};

class FailingPublish : public FailingTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  std::string payload = npy_payload(GetParam());
  std::string older = npy_payload(7);
  std::string name = key.plain_file();
  std::optional<Result<std::uint64_t>> result;
};

TEST_P(FailingPublish, LeavesAWholeEntryOrNone) {
  each_call_fails([&] { empty_directory(); }, [&] { result = store(key, name, payload); },
                  [&](Call, int code) {
                    if (result->ok()) {
                      EXPECT_THAT(names(), ElementsAre(name));
                      EXPECT_TRUE(text_of(read(key).payload.bytes) == payload);
                    } else {
                      EXPECT_THAT(names(), IsEmpty());
                      EXPECT_EQ(result->error().code, code);
                      EXPECT_NE(result->error().message, "");
                    }
                  });
}

TEST_P(FailingPublish, LeavesTheOldEntryOrTheWholeNewOne) {
  each_call_fails(
      [&] {
        empty_directory();
        stored(key, older);
      },
      [&] { result = store(key, name, payload); },
      [&](Call, int) {
        EXPECT_THAT(names(), ElementsAre(name));
        const Finding finding = read(key);
        ASSERT_EQ(finding.judgement, Judgement::sound);
        EXPECT_TRUE(text_of(finding.payload.bytes) == (result->ok() ? payload : older));
      });
}

TEST_P(FailingPublish, OnlyALostHintDoesNotStopIt) {
  each_call_fails([&] { empty_directory(); }, [&] { result = store(key, name, payload); },
                  [&](Call call, int) {
                    const std::set<Call> hints = {Call::space, Call::lock, Call::duplicate, Call::writeback};
                    // Of a large entry a copy of the descriptor is closed too, in the background.
                    if (call == Call::close && GetParam() > 100'000) return;
                    EXPECT_EQ(result->ok(), hints.contains(call));
                  });
}

INSTANTIATE_TEST_SUITE_P(Sizes, FailingPublish, ::testing::Values(3, 9000, 200'000));

using FailingUnlink = FailingTest;

TEST_F(FailingUnlink, ATemporaryFileStaysOnlyIfUnlinkFailedItself) {
  FailingCalls calls;
  calls.fail(Call::rename, EIO);
  calls.fail(Call::unlink, EIO);
  EXPECT_FALSE(store(key, key.plain_file(), npy_payload(3)).ok());
  EXPECT_EQ(names().size(), 1u);
  EXPECT_FALSE(exists(key.plain_file()));
}

class FailingRead : public FailingTest, public ::testing::WithParamInterface<std::size_t> {};

TEST_P(FailingRead, GivesTheRightValueOrNoneAndCallsNothingDamaged) {
  const std::string payload = npy_payload(GetParam());
  Finding finding;
  stored(key, payload);
  each_call_fails([&] { finding = {}; }, [&] { finding = read(key); },
                  [&](Call call, int) {
                    EXPECT_THAT(finding.judgement, AnyOf(Judgement::sound, Judgement::refused));
                    const bool sound = finding.judgement == Judgement::sound;
                    EXPECT_TRUE(sound || call != Call::read_ahead) << "a lost hint costs nothing";
                    EXPECT_TRUE(text_of(finding.payload.bytes) == (sound ? payload : ""));
                  });
}

TEST_P(FailingRead, ALookUpThenNeitherHitsNorStores) {
  const std::string payload = npy_payload(GetParam());
  Lookup lookup;
  stored(key, payload);
  each_call_fails([] {},
                  [&] { lookup = look_up(*directory, key, options, [](const Finding&) { return Result<void>(); }); },
                  [&](Call call, int) {
                    if (lookup.hit) {
                      EXPECT_TRUE(text_of(lookup.hit->payload.bytes) == payload);
                      return;
                    }
                    EXPECT_NE(call, Call::read_ahead) << "a lost hint costs nothing";
                    EXPECT_TRUE(lookup.refused);
                    EXPECT_FALSE(lookup.may_store) << "a sound entry would be replaced";
                    EXPECT_NE(lookup.reason, "");
                  });
}

INSTANTIATE_TEST_SUITE_P(Sizes, FailingRead, ::testing::Values(3, 9000, 140'000));

using FailingClear = FailingTest;

TEST_F(FailingClear, DeletesOursOrTellsAndNeverOthers) {
  const EntryKey others = key_of("root.Loop.phase", python_origin());
  const EntryKey by_arguments = key_of("root.Loop.spectrum(3)");
  const EntryKey method = key_of("root.Loop.spectrum");
  ClearReport report;
  each_call_fails(
      [&] {
        stored(key, npy_payload(3));
        stored(others, npy_payload(4));
        stored(by_arguments, npy_payload(5));
      },
      [&] {
        EntryKey ours = others;
        ours.origin.module = "elsewhere";
        report = clear(*directory, {{key}, {ours}, {method, true}}, options);
      },
      [&](Call, int) {
        EXPECT_TRUE(exists(others.plain_file()));
        EXPECT_EQ(report.deleted, report.deleted_names.size());
        std::size_t gone = 0;
        for (const EntryKey& each : {key, by_arguments}) {
          const std::string file = each.plain_file();
          if (!exists(file)) {
            ++gone;
            EXPECT_THAT(report.deleted_names, Contains(file));
          } else {
            EXPECT_EQ(read(each).judgement, Judgement::sound);
            EXPECT_GE(report.left_alone.size(), 2u) << "what was left is told";
          }
        }
        EXPECT_EQ(gone, report.deleted);
      });
}

TEST_F(FailingClear, SweepingDeletesTheAbandonedOrNothing) {
  std::size_t swept = 0;
  const auto make = [&](const std::string& name, int age) {
    write_all(path(name), "x");
    const struct timespec times[2] = {{::time(nullptr) - age, 0}, {::time(nullptr) - age, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times, 0), 0);
  };
  each_call_fails(
      [&] {
        make(".tmp-old", 3600);
        make(".tmp-young", 1);
        make("entry.npy", 3600);
      },
      [&] { swept = sweep(*directory).files; },
      [&](Call, int) {
        EXPECT_TRUE(exists(".tmp-young"));
        EXPECT_TRUE(exists("entry.npy"));
        EXPECT_EQ(swept, exists(".tmp-old") ? 0u : 1u);
      });
}

using FailingOpen = FailingTest;

TEST_F(FailingOpen, ATagDirectoryIsOpenedOrTheErrorSaysWhyAndItWorksNextTime) {
  const Place place{folder.path() + "/a/b", "cacheX", {}};
  each_call_fails(
      [&] {
        forget_tag_directory(place);
        std::filesystem::remove_all(folder.path() + "/a");
      },
      [&] {
        const auto opened = open_tag_directory(place, IfMissing::create);
        EXPECT_TRUE(opened.ok() || opened.error().code != 0);
        forget_tag_directory(place);
      },
      [&](Call, int) {
        EXPECT_TRUE(open_tag_directory(place, IfMissing::create).ok());
        forget_tag_directory(place);
      });
}

TEST_F(FailingOpen, ALockIsTakenOrUnavailable) {
  EntryLock::State state{};
  each_call_fails([] {},
                  [&] {
                    EntryLock lock(directory, key.stem);
                    state = lock.try_acquire();
                    EXPECT_NE(state == EntryLock::State::unavailable, lock.error().message.empty());
                  },
                  [&](Call call, int code) {
                    const bool busy = call == Call::lock && code == EACCES;
                    EXPECT_THAT(state, AnyOf(EntryLock::State::held,
                                             busy ? EntryLock::State::busy : EntryLock::State::unavailable));
                    EntryLock other(directory, key.stem);
                    EXPECT_EQ(other.try_acquire(), EntryLock::State::held);
                  });
}

using Interrupted = FailingTest;

TEST_F(Interrupted, NoOperationNoticesASignal) {
  FailingCalls calls;
  calls.interrupt(2);
  const std::string payload = npy_payload(140'000);
  forget_tag_directory(directory->place());
  const auto opened = open_tag_directory({folder.path(), "cacheX", {}}, IfMissing::create);
  ASSERT_TRUE(opened.ok());
  EXPECT_TRUE(store(key, key.plain_file(), payload).ok());
  EXPECT_EQ(read(key).judgement, Judgement::sound);
  EntryLock lock(directory, key.stem);
  EXPECT_EQ(lock.try_acquire(), EntryLock::State::held);
  EXPECT_EQ(sweep(*directory).files, 0u);
  EXPECT_EQ(clear(*directory, {{key}}, options).deleted, 1u);
}

}  // namespace
}  // namespace cache_on_disk::entry
