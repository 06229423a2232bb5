// Judging entries without bringing them into memory.
#include "store/survey.hpp"

#include <fstream>

#include "entry/entry_fixture.hpp"
#include "files/guarded_mapping.hpp"
#include "store/durable_mark.hpp"
#include "support/failing_calls.hpp"

namespace cache_on_disk::entry {
namespace {

const std::string pickle_payload = "\x80\x02K*.";

void overwrite(const std::string& file, std::size_t offset, char byte) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(byte);
}

class SurveyTest : public EntryTest {
 protected:
  std::string name = key.plain_file();
  Finding check(const Progress& progress = {}) const {
    return check_entry(*directory, name, std::nullopt, options, progress);
  }
};

TEST_F(SurveyTest, TellsWhatReadingWouldButForThePayload) {
  const std::string payload = npy_payload(1000);
  stored(key, payload);
  const Finding loaded = read(key);
  const Finding finding = survey_entry(*directory, name, key.identity, options);
  ASSERT_EQ(finding.judgement, Judgement::sound) << finding.reason;
  EXPECT_EQ(finding.metadata.stem, key.stem);
  EXPECT_EQ(finding.payload_size, payload.size());
  EXPECT_EQ(finding.payload_hash, hash_128(payload));
  EXPECT_EQ(finding.payload_hash, loaded.payload_hash);
  EXPECT_EQ(finding.payload_size, loaded.payload_size);
  EXPECT_TRUE(finding.payload.bytes.empty());
}

TEST_F(SurveyTest, ReadsOnlyTheEndOfALargeFileAndMapsNothing) {
  stored(key, npy_payload(500'000));
  const FailingCalls calls;
  EXPECT_EQ(read(key, Depth::survey).judgement, Judgement::sound);
  EXPECT_EQ(calls.count(system::Call::map), 0u);
  EXPECT_EQ(calls.count(system::Call::read), 1u);
  EXPECT_EQ(calls.count(system::Call::read_ahead), 0u);
}

TEST_F(SurveyTest, ReadsMetadataOfAnyLengthThatAWriterMakes) {
  Metadata metadata;
  metadata.writer = std::string(100'000, 'w');
  ASSERT_TRUE(publish(*directory, name, key, encoding_of(pickle_payload), metadata, options).ok());
  const Finding finding = read(key, Depth::survey);
  ASSERT_EQ(finding.judgement, Judgement::sound) << finding.reason;
  EXPECT_EQ(finding.metadata.writer.size(), 100'000u);
  EXPECT_EQ(read(key).judgement, Judgement::sound);
}

TEST_F(SurveyTest, RefusesMetadataThatNoWriterMakes) {
  Metadata metadata;
  metadata.writer = std::string(2 << 20, 'w');
  ASSERT_TRUE(publish(*directory, name, key, encoding_of(pickle_payload), metadata, options).ok());
  EXPECT_EQ(read(key, Depth::survey).judgement, Judgement::damaged);
  EXPECT_EQ(read(key).judgement, Judgement::damaged);
}

TEST_F(SurveyTest, SeesADurableMark) {
  stored(key, npy_payload(500'000));
  const Finding whole = read(key);
  if (!whole.markable) GTEST_SKIP() << "no birth times here";
  mark_when_durable({directory, name, key.stem, key.identity, whole.status, whole.birth});
  wait_for_marks();
  EXPECT_TRUE(read(key, Depth::survey).durable);
}

TEST_F(SurveyTest, ACheckFindsAnyByteOfThePayloadThatChanged) {
  const std::string payload = npy_payload(80'000);  // several pieces
  const std::string file = stored(key, payload);
  EXPECT_EQ(check().judgement, Judgement::sound);
  for (std::size_t byte = 0; byte < payload.size(); byte += 9973) {
    overwrite(path(name), byte, static_cast<char>(file[byte] ^ 1));
    EXPECT_EQ(check().judgement, Judgement::damaged) << byte;
    overwrite(path(name), byte, file[byte]);
  }
  EXPECT_EQ(check().judgement, Judgement::sound);
}

TEST_F(SurveyTest, ACheckLooksBehindADurableMark) {
  stored(key, npy_payload(500'000));
  const Finding whole = read(key);
  if (!whole.markable) GTEST_SKIP() << "no birth times here";
  mark_when_durable({directory, name, key.stem, key.identity, whole.status, whole.birth});
  wait_for_marks();
  overwrite(path(name), 300'000, '!');
  const timespec times[] = {
      {0, UTIME_OMIT}, {static_cast<time_t>(whole.status.modified_seconds), long{whole.status.modified_nanoseconds}}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times, 0), 0);
  ASSERT_EQ(read(key).judgement, Judgement::sound) << "a mark stands for the payload";
  EXPECT_EQ(check().judgement, Judgement::damaged);
}

TEST_F(SurveyTest, ACheckTellsItsProgressAndCanBeGivenUp) {
  const std::string payload = npy_payload(200'000);
  stored(key, payload);
  std::uint64_t sum = 0;
  EXPECT_EQ(check([&](std::uint64_t bytes) { return sum += bytes, true; }).judgement, Judgement::sound);
  EXPECT_EQ(sum, payload.size());
  EXPECT_EQ(check([](std::uint64_t) { return false; }).judgement, Judgement::refused);
}

TEST_F(SurveyTest, AFileCutShortMeanwhileIsAnErrorAndNoSignal) {
  stored(key, npy_payload(500'000));
  const Finding finding = check([&](std::uint64_t) { return ::truncate(path(name).c_str(), 1000) == 0; });
  EXPECT_EQ(finding.judgement, Judgement::refused);
  EXPECT_NE(finding.reason, "");
}

TEST_F(SurveyTest, AnIdentityOfZerosIsNobodys) {
  const std::string other = "root.Other.gain.npy";
  EntryKey forged = key;
  forged.identity = {};
  ASSERT_TRUE(publish(*directory, other, forged, encoding_of(pickle_payload), {}, options).ok());
  EXPECT_EQ(check_entry(*directory, other, std::nullopt, options).judgement, Judgement::damaged);
}

class GuardedSurveyTest : public SurveyTest {
 protected:
  GuardedSurveyTest() { system::guard_mappings(); }
};

TEST_F(GuardedSurveyTest, ACheckMapsAndFindsAnyByteThatChanged) {
  const std::string file = stored(key, npy_payload(3'000'000));  // two windows
  const FailingCalls calls;
  std::uint64_t pieces = 0;
  EXPECT_EQ(check([&](std::uint64_t) { return ++pieces; }).judgement, Judgement::sound);
  EXPECT_EQ(pieces, 2u);
  EXPECT_EQ(calls.count(system::Call::map), 2u);
  EXPECT_EQ(calls.count(system::Call::read), 1u) << "of the end";
  EXPECT_GT(calls.count(system::Call::read_ahead), 0u);
  for (const std::size_t byte : {0u, 12'345'678u, 16'777'215u, 16'777'216u, 24'000'127u}) {
    overwrite(path(name), byte, static_cast<char>(file[byte] ^ 1));
    EXPECT_EQ(check().judgement, Judgement::damaged) << byte;
    overwrite(path(name), byte, file[byte]);
  }
}

TEST_F(GuardedSurveyTest, AFileCutShortMeanwhileIsAnErrorAndNoSignal) {
  stored(key, npy_payload(3'000'000));
  const Finding finding = check([&](std::uint64_t) { return ::truncate(path(name).c_str(), 17 << 20) == 0; });
  EXPECT_EQ(finding.judgement, Judgement::refused);
  EXPECT_NE(finding.reason, "");
}

TEST_F(GuardedSurveyTest, WhereNothingCanBeMappedItReads) {
  stored(key, npy_payload(3'000'000));
  FailingCalls calls;
  calls.fail(system::Call::map, ENODEV);
  EXPECT_EQ(check().judgement, Judgement::sound);
}

/// Somebody cuts a file short, at the end of a page, right before it is mapped.
class CuttingShort : public system::Interceptor {
 public:
  explicit CuttingShort(std::string path) : path_(std::move(path)), before_(system::intercept(this)) {}
  ~CuttingShort() override { system::intercept(before_); }
  int before(system::Call call) override {
    return call == system::Call::map && ::truncate(path_.c_str(), 64 << 10) != 0 ? errno : 0;
  }

 private:
  std::string path_;
  system::Interceptor* before_;
};

TEST_F(GuardedSurveyTest, APickleWithoutTrailerThatIsCutShortMeanwhileIsAnErrorAndNoSignal) {
  std::string pickle(300'000, '0');  // POP, on and on
  pickle.replace(0, 2, "\x80\x02").append("N.");
  for (std::size_t i = 2; i + 3 < pickle.size(); i += 2) pickle[i] = 'N';
  write_all(path(name), pickle);
  ASSERT_EQ(check().judgement, Judgement::sound);
  const CuttingShort cutting(path(name));
  EXPECT_EQ(check().judgement, Judgement::refused);
}

}  // namespace
}  // namespace cache_on_disk::entry
