// Sealing files without trailer, and taking entries from elsewhere.
#include "upkeep/import.hpp"

#include <cstring>

#include "entry/entry_fixture.hpp"
#include "store/copy.hpp"
#include "store/entry_lock.hpp"
#include "store/lookup.hpp"

namespace cache_on_disk::entry {
namespace {

class SealTest : public EntryTest, public ::testing::WithParamInterface<std::pair<const char*, const char*>> {
 protected:
  std::string name = key.plain_file();
};

TEST_P(SealTest, KeepsThePayloadAndTellsItsType) {
  const std::string content = golden(GetParam().first);
  write_all(path(name), content);
  const auto sealed = seal_entry(directory, name, options);
  ASSERT_TRUE(sealed.ok()) << sealed.error().message;
  const Finding finding = read(key);
  ASSERT_EQ(finding.judgement, Judgement::sound) << finding.reason;
  EXPECT_FALSE(finding.trailerless);
  EXPECT_FALSE(finding.knows_origin());
  EXPECT_FALSE(finding.plain_data_only);
  EXPECT_EQ(text_of(finding.payload.bytes), content);
  EXPECT_EQ(finding.metadata.origin.type.text(), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(
    All, SealTest,
    ::testing::Values(std::pair{"saved_array.npy", "npy <f8 2"}, std::pair{"saved_scalar.npy", "npy <f8 0"},
                      std::pair{"saved_fortran.npy", "npy >i4 2"}, std::pair{"saved_objects.npy", "npy |O 1"},
                      std::pair{"pickled_4.npy", "pickle"}, std::pair{"pickled_array.npy", "pickle"}));

class Seal : public EntryTest {
 protected:
  std::string name = key.plain_file();
};

TEST_F(Seal, LeavesTheOriginUnknownSoThatEveryClassAcceptsItAsOfVersion0) {
  write_all(path(name), npy_payload(3));
  ASSERT_TRUE(seal_entry(directory, name, options).ok());
  for (const Origin& origin : {cpp_origin(), python_origin()})
    EXPECT_TRUE(survey(*directory, key_of(key.stem, origin), options).hit) << origin.language;
  for (const Origin& origin : {cpp_origin(7), python_origin(2)}) {
    const Lookup lookup = survey(*directory, key_of(key.stem, origin), options);
    EXPECT_FALSE(lookup.hit) << origin.version;
    EXPECT_EQ(lookup.name, name) << "it is replaced";
  }
}

TEST_F(Seal, KeepsTheTimeOfTheFile) {
  write_all(path(name), npy_payload(3));
  const timespec times[2] = {{1'600'000'000, 250}, {1'600'000'000, 250}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times, 0), 0);
  ASSERT_TRUE(seal_entry(directory, name, options).ok());
  EXPECT_EQ(read(key).metadata.created, 1'600'000'000'000'000'250);
}

TEST_F(Seal, RefusesWhatHasATrailerIsDamagedOrBearsAnUntellingName) {
  stored(key, npy_payload(3));
  EXPECT_FALSE(seal_entry(directory, name, options).ok());
  write_all(path(name), "hello");
  EXPECT_FALSE(seal_entry(directory, name, options).ok());
  EXPECT_EQ(read_all(path(name)), "hello");
  write_all(path("a.A.f~01234567.npy"), npy_payload(3));
  EXPECT_FALSE(seal_entry(directory, "a.A.f~01234567.npy", options).ok());
  EXPECT_EQ(read_all(path("a.A.f~01234567.npy")), npy_payload(3));
}

TEST_F(Seal, LeavesAnEntryThatIsBeingComputed) {
  write_all(path(name), npy_payload(3));
  EntryLock holder(directory, key.stem);
  ASSERT_EQ(holder.try_acquire(), EntryLock::State::held);
  const auto sealed = seal_entry(directory, name, options);
  ASSERT_FALSE(sealed.ok());
  EXPECT_EQ(sealed.error().code, EBUSY);
}

class Import : public EntryTest {
 protected:
  static ReadAt from(const std::string& member) {
    return [&member](std::span<std::byte> to, std::uint64_t offset) -> Result<void> {
      if (offset + to.size() > member.size()) return Error{"beyond the end"};
      std::memcpy(to.data(), member.data() + offset, to.size());
      return {};
    };
  }
  Result<Imported> take(const std::string& member, const ImportRules& rules = {"cacheT"}) {
    return import_entry(target, name, from(member), member.size(), rules, options);
  }

  std::string name = key.plain_file();
  std::string payload = npy_payload(200'000);
  std::string bytes = stored(key, payload);
  std::string other = npy_payload(1);
  TagDirectoryPtr target = open("cacheNew");
  EntryKey target_key = make_key("cacheNew", key.stem, key.origin);
};

TEST_F(Import, GivesTheEntryANewHomeAndMarksItAsForeign) {
  const auto taken = take(bytes);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(*taken, Imported::stored);
  const Finding finding = read_entry(*target, name, target_key.identity, options);
  ASSERT_EQ(finding.judgement, Judgement::sound) << finding.reason;
  EXPECT_EQ(text_of(finding.payload.bytes), payload);
  EXPECT_TRUE(finding.plain_data_only);
  EXPECT_EQ(finding.metadata.origin.function, key.origin.function);
}

TEST_F(Import, TrustsItWhereThatIsSaid) {
  ASSERT_TRUE(take(bytes, {"cacheT", false}).ok());
  EXPECT_FALSE(read_entry(*target, name, target_key.identity, options).plain_data_only);
}

TEST_F(Import, NeverTurnsAForeignEntryIntoATrustedOne) {
  Metadata metadata;
  metadata.foreign = true;
  ASSERT_TRUE(publish(*directory, name, key, encoding_of(payload), metadata, options).ok());
  ASSERT_TRUE(take(read_all(path(name)), {"cacheT", false}).ok());
  EXPECT_TRUE(read_entry(*target, name, target_key.identity, options).plain_data_only);
}

TEST_F(Import, LeavesASoundEntryUnlessToldToReplaceIt) {
  ASSERT_TRUE(publish(*target, name, target_key, encoding_of(other), {}, options).ok());
  EXPECT_EQ(take(bytes).value(), Imported::already_there);
  EXPECT_EQ(take(bytes, {"cacheT", true, true}).value(), Imported::stored);
  EXPECT_EQ(text_of(read_entry(*target, name, target_key.identity, options).payload.bytes), payload);
}

TEST_F(Import, TakesNothingOfWhichAByteChanged) {
  const auto next = [&](std::size_t byte) {
    return byte < payload.size() ? std::min(byte + 99'991, payload.size()) : byte + 1;
  };
  for (std::size_t byte = 0; byte < bytes.size(); byte = next(byte)) {
    const std::size_t footer = bytes.size() - 128;
    if (byte >= footer && byte < footer + 8) continue;  // the durable mark says nothing here
    std::string changed = bytes;
    changed[byte] = static_cast<char>(changed[byte] ^ 4);
    EXPECT_FALSE(take(changed).ok()) << byte;
  }
  std::string newer = bytes, damaged = bytes;
  newer[bytes.size() - 12] = 9;
  damaged[bytes.size() - 16] = 9;
  EXPECT_THAT(take(newer).error().message, ::testing::HasSubstr("newer version"));
  EXPECT_THAT(take(damaged).error().message, ::testing::HasSubstr("footer is damaged"));
  EXPECT_FALSE(take(bytes.substr(1)).ok());
  EXPECT_FALSE(take(payload).ok()) << "without trailer there is nothing to check";
  EXPECT_THAT(std::filesystem::directory_iterator(target->path()), ::testing::Truly([](auto files) {
                return std::ranges::none_of(files, [](const auto& file) { return file.path().extension() == ".npy"; });
              }));
}

TEST_F(Import, TakesAnEntryOnlyUnderItsNameAndTag) {
  EXPECT_FALSE(take(bytes, {"cacheOther"}).ok());
  name = "root.Loop.other.npy";
  EXPECT_FALSE(take(bytes).ok());
  name = key.beside_file();
  EXPECT_TRUE(take(bytes).ok());
}

TEST_F(Import, LeavesAnEntryThatIsBeingComputed) {
  EntryLock holder(target, key.stem);
  ASSERT_EQ(holder.try_acquire(), EntryLock::State::held);
  EXPECT_EQ(take(bytes).value(), Imported::busy);
}

}  // namespace
}  // namespace cache_on_disk::entry
