#include "format/origin.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string_view>
#include <typeinfo>

#include "entry/entry_fixture.hpp"
#include "format/metadata.hpp"

#include "format/entry_key.hpp"
#include "format/hash.hpp"

namespace cache_on_disk::entry {
namespace {

using ::testing::HasSubstr;

struct Slopes {};

Origin python() { return {"python", "analysis", "analysis.Loop", "Loop.gain", {Format::npy, "<f8", 2}, 3}; }

TEST(Origins, SameOnesDoNotDiffer) {
  EXPECT_EQ(difference(python(), python()), "");
  EXPECT_TRUE(python().same_function(python()));
}

TEST(Origins, DifferByModuleClassOrFunction) {
  const std::pair<std::function<void(Origin&)>, std::string> changes[] = {
      {[](Origin& o) { o.module = "other"; }, "'other', not 'analysis'"},
      {[](Origin& o) { o.object_class = "analysis.SubLoop"; }, "analysis.SubLoop, not analysis.Loop"},
      {[](Origin& o) { o.function = "Loop.phase"; }, "Loop.phase, not Loop.gain"},
  };
  for (const auto& [change, message] : changes) {
    Origin theirs = python();
    change(theirs);
    EXPECT_THAT(difference(theirs, python()), HasSubstr(message));
    EXPECT_FALSE(theirs.same_function(python()));
    EXPECT_NE(hash_of(theirs), hash_of(python()));
  }
}

TEST(Origins, AreComparedWithinOneLanguageOnly) {
  Origin cpp{"c++", "", "4Loop", "Loop.gain", {Format::npy, "<f8", 2}, 3};
  EXPECT_EQ(difference(cpp, python()), "");
  EXPECT_EQ(difference(python(), cpp), "");
  EXPECT_TRUE(cpp.same_function(python()));
  EXPECT_NE(hash_of(cpp), hash_of(python()));
}

TEST(Origins, AHigherVersionDiffersInAnyLanguageALowerOneDoesNot) {
  Origin theirs = python();
  theirs.version = 4;
  EXPECT_THAT(difference(theirs, python()), HasSubstr("version 4, newer than 3"));
  theirs.language = "c++";
  EXPECT_THAT(difference(theirs, python()), HasSubstr("version 4"));
  theirs.version = 2;
  EXPECT_EQ(difference(theirs, python()), "");
}

TEST(Origins, AMessageNamesCppClassesAsPeopleDo) {
  Origin theirs{"c++", "", typeid(Slopes).name(), "f", {}, 0};
  Origin ours = theirs;
  ours.object_class = typeid(int).name();
  EXPECT_THAT(difference(theirs, ours), HasSubstr("Slopes, not int"));
  EXPECT_EQ(readable_class("no such type name"), "no such type name");
}

TEST(Origins, TheirHashLeavesOutTheVersionAndTakesInTheType) {
  Origin other = python();
  other.version = 9;
  EXPECT_EQ(hash_of(other), hash_of(python()));
  other.type.rank = 1;
  EXPECT_NE(hash_of(other), hash_of(python()));
}

TEST(Origins, TheirHashIsThatOfTheirPartsWithLengths) {
  const Origin origin{"c++", "", "A", "A.f", {Format::pickle, "", -1}, 5};
  const std::string text = std::string("\3\0\0\0\0\0\0\0c++\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0A", 28) +
                           std::string("\3\0\0\0\0\0\0\0A.f\6\0\0\0\0\0\0\0pickle", 25);
  EXPECT_EQ(hex(hash_128(text)).substr(0, 8), fmt::format("{:08x}", hash_of(origin)));
}

TEST(Origins, PartsDoNotRunTogether) {
  Origin a = python(), b = python();
  a.module = "ab", a.object_class = "c";
  b.module = "a", b.object_class = "bc";
  EXPECT_NE(hash_of(a), hash_of(b));
}

TEST(StoredTypes, ComeBackFromTheirText) {
  const StoredType types[] = {{},
                              {Format::pickle, "", -1},
                              {Format::npy, "<f8", 0},
                              {Format::npy, "|b1", 12},
                              {Format::npy, "<f8", -1},
                              {Format::npy, "*", -1},
                              {Format::npy, "[('a b', '<f8'), ('c', '|S3')]", 1}};
  for (const StoredType& type : types) EXPECT_EQ(parse_stored_type(type.text()), type) << type.text();
}

TEST(StoredTypes, OfAnUnknownTextNothingConverts) {
  const StoredType wanted[] = {{Format::pickle, "", -1}, {Format::npy, "<f8", 1}, {Format::npy, "<f8", 0}};
  for (const std::string text :
       {"", "npy", "npy ", "npy 2", "zarr <f8 2", "pickles", "npy <f8 x", "npy <f8 99999999999"})
    for (const StoredType& type : wanted) EXPECT_FALSE(converts(parse_stored_type(text), type)) << text;
}

TEST(StoredTypes, ConvertWhereValueAndRankStayTheSame) {
  const auto npy = [](std::string dtype, int rank) { return StoredType{Format::npy, std::move(dtype), rank}; };
  const StoredType pickle{Format::pickle, "", -1};
  EXPECT_TRUE(converts(npy("<f8", 2), npy("<f8", 2)));
  EXPECT_TRUE(converts(npy(">f8", 2), npy("<f8", 2)));
  EXPECT_TRUE(converts(npy("<f8", 2), npy("<f8", -1)));
  EXPECT_TRUE(converts(npy("<f4", 2), npy("*", -1)));
  EXPECT_TRUE(converts(npy("<f4", 2), npy("*", 2)));
  EXPECT_TRUE(converts(pickle, pickle));
  EXPECT_TRUE(converts(npy("<f8", 0), pickle));
  EXPECT_TRUE(converts(pickle, {}));
  EXPECT_TRUE(converts(npy("<f8", 3), {}));
  EXPECT_FALSE(converts(npy("<f4", 2), npy("<f8", 2)));
  EXPECT_FALSE(converts(npy("<i8", 2), npy("<f8", 2)));
  EXPECT_FALSE(converts(npy("<f8", 1), npy("<f8", 2)));
  EXPECT_FALSE(converts(npy("<f8", 1), npy("*", 2)));
  EXPECT_FALSE(converts(npy("<f8", 1), pickle));
  EXPECT_FALSE(converts(pickle, npy("<f8", 0)));
}

TEST(EntryKeys, NameTheirFiles) {
  const EntryKey key = make_key("cacheT", "root.Loop.gain", python());
  EXPECT_EQ(key.identity, identity("cacheT", "root.Loop.gain"));
  EXPECT_EQ(key.plain_file(), "root.Loop.gain.npy");
  EXPECT_EQ(key.beside_file(), fmt::format("root.Loop.gain~{:08x}.npy", hash_of(python())));
}

TEST(Programs, AreTheSameByPathOrTextOrWhereOneIsUnknown) {
  const auto same = [](const char* one, const char* other) {
    return Origin::same_program(one, other) && Origin::same_program(other, one);
  };
  EXPECT_TRUE(same("", "a /x/run.py"));
  EXPECT_TRUE(same("a /x/run.py", "b /x/run.py")) << "edited";
  EXPECT_TRUE(same("a /x/run.py", "a /y/run.py")) << "copied";
  EXPECT_FALSE(same("a /x/run.py", "b /y/run.py"));
  EXPECT_FALSE(same("- /x/one.ipynb", "- /x/two.ipynb"));
  EXPECT_TRUE(same("- /x/a b.ipynb", "- /x/a b.ipynb"));
  EXPECT_FALSE(same("a -", "b -"));
  EXPECT_TRUE(same("a -", "a -"));
  EXPECT_FALSE(same("a -", "b /x/run.py"));
}

TEST(Programs, ArePartOfAnOriginAndOfTheNameBeside) {
  Origin one = python_origin(), other = one;
  const auto plain = hash_of(one);
  one.program = "a /x/run.py";
  EXPECT_NE(hash_of(one), plain);
  EXPECT_EQ(difference(other, one), "") << "as of 0.1.0";
  other.program = "b /x/run.py";
  EXPECT_EQ(hash_of(one), hash_of(other)) << "an edited script finds its own again";
  other.program = "b /y/run.py";
  EXPECT_NE(hash_of(one), hash_of(other));
  EXPECT_NE(difference(other, one).find("/y/run.py, another program of that name"), std::string::npos);
  Metadata metadata;
  metadata.origin = one;
  EXPECT_EQ(parse_metadata(format_metadata(metadata, footer_size)).origin.program, one.program);
}

}  // namespace
}  // namespace cache_on_disk::entry
