#include "store/lookup.hpp"

#include "entry/entry_fixture.hpp"
#include "text/little_endian.hpp"

namespace cache_on_disk::entry {
namespace {

using ::testing::HasSubstr;

class LookUp : public EntryTest {
 protected:
  Lookup look(const EntryKey& which) const {
    return look_up(*directory, which, options, [](const Finding&) { return Result<void>(); });
  }
  Lookup look_and_refuse(const EntryKey& which, const std::string& why) const {
    return look_up(*directory, which, options, [&](const Finding&) -> Result<void> { return Error{why}; });
  }
  std::string payload_of(const Lookup& lookup) const { return text_of(lookup.hit->payload.bytes); }

  EntryKey others() const {
    EntryKey other = key;
    other.origin.object_class = "5Other";
    return other;
  }
  /// Puts a file of a newer format under that name.
  void plant_newer_format(const std::string& name) const {
    ASSERT_TRUE(store(key, name, ours).ok());
    std::string file = read_all(path(name));
    text::put<std::uint32_t>(reinterpret_cast<std::byte*>(file.data() + file.size() - 12), 2);
    write_all(path(name), file);
  }
  std::string ours = npy_payload(3);
  std::string theirs = npy_payload(4);
};

TEST_F(LookUp, OfNothingGivesThePlainNameToStoreIn) {
  const Lookup lookup = look(key);
  EXPECT_FALSE(lookup.hit);
  EXPECT_TRUE(lookup.may_store);
  EXPECT_FALSE(lookup.refused);
  EXPECT_EQ(lookup.name, "root.Loop.gain.npy");
  EXPECT_EQ(lookup.reason, "");
}

TEST_F(LookUp, HitsThePlainName) {
  stored(key, ours);
  const Lookup lookup = look(key);
  ASSERT_TRUE(lookup.hit);
  EXPECT_EQ(lookup.name, key.plain_file());
  EXPECT_EQ(payload_of(lookup), ours);
}

TEST_F(LookUp, StoresBesideWhatBelongsToAnother) {
  stored(others(), theirs);
  Lookup lookup = look(key);
  EXPECT_FALSE(lookup.hit);
  EXPECT_TRUE(lookup.may_store);
  EXPECT_EQ(lookup.name, key.beside_file());
  EXPECT_THAT(lookup.reason, HasSubstr("belongs to class"));
  ASSERT_TRUE(store(key, lookup.name, ours).ok());
  lookup = look(key);
  ASSERT_TRUE(lookup.hit);
  EXPECT_EQ(payload_of(lookup), ours);
  EXPECT_EQ(payload_of(look(others())), theirs);
}

TEST_F(LookUp, HitsBesideAPlainNameThatIsFreeAgain) {
  ASSERT_TRUE(store(key, key.beside_file(), ours).ok());
  const Lookup lookup = look(key);
  ASSERT_TRUE(lookup.hit);
  EXPECT_EQ(lookup.name, key.beside_file());
}

TEST_F(LookUp, StoresNothingWhereBothNamesAreTaken) {
  stored(others(), theirs);
  plant_newer_format(key.beside_file());
  const Lookup lookup = look(key);
  EXPECT_FALSE(lookup.hit);
  EXPECT_FALSE(lookup.may_store);
  EXPECT_FALSE(lookup.refused);
}

TEST_F(LookUp, DamageIsReplacedInPlace) {
  const std::string file = stored(key, ours);
  write_all(path(key.plain_file()), file.substr(0, file.size() - 1));
  const Lookup lookup = look(key);
  EXPECT_FALSE(lookup.hit);
  EXPECT_TRUE(lookup.may_store);
  EXPECT_EQ(lookup.name, key.plain_file());
  EXPECT_THAT(lookup.reason, HasSubstr(key.plain_file()));
}

TEST_F(LookUp, DamageBesideIsReplacedThere) {
  stored(others(), theirs);
  write_all(path(key.beside_file()), "damaged");
  const Lookup lookup = look(key);
  EXPECT_TRUE(lookup.may_store);
  EXPECT_EQ(lookup.name, key.beside_file());
}

TEST_F(LookUp, AnOlderVersionOfOursIsReplaced) {
  stored(key, ours);
  const EntryKey newer = key_of(key.stem, cpp_origin(1));
  const Lookup lookup = look(newer);
  EXPECT_FALSE(lookup.hit);
  EXPECT_TRUE(lookup.may_store);
  EXPECT_EQ(lookup.name, key.plain_file());
  EXPECT_THAT(lookup.reason, HasSubstr("version 0, older than 1"));
}

TEST_F(LookUp, AnOlderVersionOfOthersIsLeftAlone) {
  stored(others(), theirs);
  const Lookup lookup = look(key_of(key.stem, cpp_origin(1)));
  EXPECT_EQ(lookup.name, key.beside_file());
}

TEST_F(LookUp, AnOlderVersionOfAnotherTypeIsLeftAlone) {
  EntryKey other = key;
  other.origin.type = {Format::npy, "<i4", 2};
  stored(other, theirs);
  EXPECT_EQ(look(key_of(key.stem, cpp_origin(1))).name, key.beside_file());
}

TEST_F(LookUp, ANewerVersionIsLeftAlone) {
  const EntryKey newer = key_of(key.stem, cpp_origin(2));
  stored(newer, theirs);
  const Lookup lookup = look(key_of(key.stem, cpp_origin(1)));
  EXPECT_FALSE(lookup.hit);
  EXPECT_EQ(lookup.name, key.beside_file());
  EXPECT_TRUE(look(newer).hit);
}

TEST_F(LookUp, ANewerFormatIsLeftAlone) {
  plant_newer_format(key.plain_file());
  const Lookup lookup = look(key);
  EXPECT_FALSE(lookup.hit);
  EXPECT_TRUE(lookup.may_store);
  EXPECT_EQ(lookup.name, key.beside_file());
}

TEST_F(LookUp, WhatCannotBeDecodedIsLeftAlone) {
  stored(key, ours);
  const Lookup lookup = look_and_refuse(key, "it holds text");
  EXPECT_FALSE(lookup.hit);
  EXPECT_EQ(lookup.name, key.beside_file());
  EXPECT_THAT(lookup.reason, HasSubstr("it holds text"));
}

TEST_F(LookUp, AnotherTypesEntryIsNotOursAndASurveySeesIt) {
  EntryKey other = key;
  other.origin.type = {Format::npy, "<i4", 2};
  stored(other, theirs);
  const Lookup found = survey(*directory, key, options);
  EXPECT_FALSE(found.hit);
  EXPECT_EQ(found.name, key.beside_file());
  EXPECT_THAT(found.reason, HasSubstr("npy <i4 2, not npy <f8 1"));
  EXPECT_NE(other.beside_file(), key.beside_file());
}

TEST_F(LookUp, AnotherLanguagesEntryIsUsed) {
  const EntryKey python = key_of(key.stem, python_origin());
  stored(python, theirs);
  const Lookup lookup = look(key);
  ASSERT_TRUE(lookup.hit);
  EXPECT_EQ(payload_of(lookup), theirs);
}

TEST_F(LookUp, ATrailerlessFileServesEveryOrigin) {
  write_all(path(key.plain_file()), ours);
  EXPECT_TRUE(look(key).hit);
  EXPECT_TRUE(look(others()).hit);
  EXPECT_TRUE(look(key_of(key.stem, python_origin())).hit);
  EXPECT_TRUE(survey(*directory, key, options).hit);
}

TEST_F(LookUp, ATrailerlessFileIsOfVersion0) {
  write_all(path(key.plain_file()), theirs);
  for (const Origin& origin : {cpp_origin(1), cpp_origin(9), python_origin(1)}) {
    const EntryKey newer = key_of(key.stem, origin);
    const Lookup lookup = look(newer);
    EXPECT_FALSE(lookup.hit);
    EXPECT_TRUE(lookup.may_store);
    EXPECT_EQ(lookup.name, key.plain_file());
    EXPECT_THAT(lookup.reason, HasSubstr("without a trailer, and so of version 0, older than"));
    EXPECT_EQ(lookup.damage, "");
    EXPECT_FALSE(survey(*directory, newer, options).hit);
  }
}

TEST_F(LookUp, AnOutdatedTrailerlessFileOfSomethingElseIsLeftAlone) {
  write_all(path(key.plain_file()), theirs);
  const EntryKey newer = key_of(key.stem, cpp_origin(1));
  const Lookup lookup = look_and_refuse(newer, "it holds text");
  EXPECT_FALSE(lookup.hit);
  EXPECT_EQ(lookup.name, newer.beside_file());
  EXPECT_TRUE(survey(*directory, newer, options).unread) << "a survey cannot tell";
}

TEST_F(LookUp, AnOutdatedPickleWithoutTrailerIsReplaced) {
  write_all(path(key.plain_file()), golden("pickled_4.npy"));
  const Lookup lookup = look(key_of(key.stem, python_origin(3)));
  EXPECT_FALSE(lookup.hit);
  EXPECT_EQ(lookup.name, key.plain_file());
}

TEST_F(LookUp, WhatGotItsTrailerLaterIsOfVersion0AsWell) {
  EntryKey sealed = key;
  sealed.origin = {.language = "", .module = "", .object_class = "", .function = "", .type = key.origin.type};
  stored(sealed, theirs);
  EXPECT_TRUE(look(key).hit);
  const Lookup lookup = look(key_of(key.stem, cpp_origin(1)));
  EXPECT_FALSE(lookup.hit);
  EXPECT_EQ(lookup.name, key.plain_file());
}

TEST_F(LookUp, TellsDamageAndNothingElseAsSuch) {
  const std::string file = stored(key, ours);
  EXPECT_EQ(look(key).damage, "");
  stored(others(), theirs);
  EXPECT_EQ(look(key).damage, "") << "another class's";
  write_all(path(key.plain_file()), file.substr(0, file.size() - 1));
  EXPECT_NE(look(key).damage, "");
  write_all(path(key.plain_file()), "");
  EXPECT_EQ(look(key).damage, "empty");
  std::filesystem::remove(path(key.plain_file()));
  write_all(path(key.beside_file()), "damaged");
  EXPECT_NE(look(key).damage, "");
}

TEST_F(LookUp, ReasonsShowWhatFilesSayWithoutControlCharacters) {
  EntryKey other = key_of(key.stem, python_origin());
  const EntryKey mine = other;
  other.origin.module = "\x1b]0;title\x07\x9b\u202eevil\nroot: memory";
  stored(other, theirs);
  for (const std::string& reason : {look(mine).reason, survey(*directory, mine, options).reason,
                                    look_and_refuse(key, "says \x1b[2J\r\u2066").reason}) {
    for (const char c : reason) EXPECT_GE(static_cast<unsigned char>(c), 0x20u) << reason;
    for (const char* const mark : {"\u202e", "\u2066", "\x9b", "\x7f"})
      EXPECT_EQ(reason.find(mark), std::string::npos) << reason;
  }
}

TEST_F(LookUp, ATrailerlessFileStaysBesideOursWhereThoseAreRefused) {
  write_all(path(key.plain_file()), ours);
  options.accept_trailerless = false;
  const Lookup lookup = look(key);
  EXPECT_FALSE(lookup.hit);
  EXPECT_EQ(lookup.name, key.beside_file());
}

TEST_F(LookUp, WhatMustNotBeReadIsToldAndNothingIsStoredThere) {
  for (const bool beside : {false, true}) {
    const std::string name = beside ? key.beside_file() : key.plain_file();
    write_all(path(name), ours, 0666);
    const Lookup lookup = look(key);
    EXPECT_FALSE(lookup.hit);
    EXPECT_TRUE(lookup.refused);
    EXPECT_FALSE(lookup.may_store);
    EXPECT_THAT(lookup.reason, HasSubstr("chmod"));
    std::filesystem::remove(path(name));
  }
}

TEST_F(LookUp, DecodesAtMostTwice) {
  stored(key, ours);
  ASSERT_TRUE(store(key, key.beside_file(), ours).ok());
  int calls = 0;
  (void)look_up(*directory, key, options, [&](const Finding&) -> Result<void> {
    ++calls;
    return Error{"no"};
  });
  EXPECT_EQ(calls, 2);
}

TEST_F(LookUp, ASurveyDoesNotReadALargePayload) {
  const std::string large = npy_payload(200'000);
  stored(key, large);
  const FailingCalls calls;
  const Lookup found = survey(*directory, key, options);
  EXPECT_TRUE(found.hit);
  EXPECT_EQ(calls.count(system::Call::map), 0u);
  EXPECT_EQ(calls.count(system::Call::read), 1u) << "the end of the file tells";
}

TEST_F(LookUp, OursToReplaceIsDamageTrailerlessAndOurOrigin) {
  const auto judge = [&](const EntryKey& which) { return is_ours_to_replace(read(which), which); };
  EXPECT_FALSE(judge(key)) << "missing";
  write_all(path(key.plain_file()), "damage");
  EXPECT_TRUE(judge(key));
  write_all(path(key.plain_file()), ours);
  EXPECT_TRUE(judge(key));
  stored(key, ours);
  EXPECT_TRUE(judge(key));
  EXPECT_TRUE(judge(key_of(key.stem, cpp_origin(1))));
  EXPECT_FALSE(judge(others()));
  stored(key_of(key.stem, cpp_origin(1)), ours);
  EXPECT_FALSE(judge(key));
  plant_newer_format(key.plain_file());
  EXPECT_FALSE(judge(key));
  write_all(path(key.plain_file()), ours, 0666);
  EXPECT_FALSE(judge(key));
}

}  // namespace
}  // namespace cache_on_disk::entry
