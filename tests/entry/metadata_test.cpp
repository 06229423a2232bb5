#include "format/metadata.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "format/names.hpp"
#include "text/utf8.hpp"

namespace cache_on_disk::entry {
namespace {

using namespace std::string_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Metadata sample() {
  return {.origin = {"python", "tools.noise", "tools.noise.Loop", "Loop.gain", {Format::npy, "<f8", 2}, 7},
          .directory = "cacheLBTISX20240410_112233",
          .stem = "root.loops[3].Loop.gain(2,'a')",
          .created = 1'700'000'000'123'456'789,
          .seconds = 12.5,
          .writer = "python3.11 on adler, pid 4711",
          .foreign = true};
}

void expect_equal(const Metadata& a, const Metadata& b) {
  EXPECT_EQ(a.origin.language, b.origin.language);
  EXPECT_EQ(a.origin.module, b.origin.module);
  EXPECT_EQ(a.origin.object_class, b.origin.object_class);
  EXPECT_EQ(a.origin.function, b.origin.function);
  EXPECT_EQ(a.origin.type, b.origin.type);
  EXPECT_EQ(a.origin.version, b.origin.version);
  EXPECT_EQ(a.directory, b.directory);
  EXPECT_EQ(a.stem, b.stem);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.seconds, b.seconds);
  EXPECT_EQ(a.writer, b.writer);
  EXPECT_EQ(a.arguments, b.arguments);
  EXPECT_EQ(a.foreign, b.foreign);
}

TEST(MetadataText, IsReadableLines) {
  EXPECT_THAT(format_metadata(sample(), 128), StartsWith("\ncache-on-disk entry\n"
                                                         "language: python\n"
                                                         "module: tools.noise\n"
                                                         "class: tools.noise.Loop\n"
                                                         "function: Loop.gain\n"
                                                         "version: 7\n"
                                                         "type: npy <f8 2\n"
                                                         "directory: cacheLBTISX20240410_112233\n"
                                                         "name: root.loops[3].Loop.gain(2,'a')\n"
                                                         "created: 1700000000123456789\n"
                                                         "seconds: 12.5\n"
                                                         "writer: python3.11 on adler, pid 4711\n"
                                                         "foreign: yes\n"));
}

TEST(MetadataText, ComesBack) {
  expect_equal(parse_metadata(format_metadata(sample(), 128)), sample());
  expect_equal(parse_metadata(format_metadata({}, 128)), {});
  Metadata extreme = sample();
  extreme.origin.version = std::numeric_limits<std::uint32_t>::max();
  extreme.created = std::numeric_limits<std::int64_t>::min();
  extreme.seconds = 0.1 + 0.2;
  extreme.origin.type = {Format::pickle, "", -1};
  extreme.foreign = false;
  expect_equal(parse_metadata(format_metadata(extreme, 128)), extreme);
}

TEST(MetadataText, OfUseIsAllButNamesTimeAndWriter) {
  Metadata expected = sample();
  expected.arguments = "(2,'a')";
  const std::string text = format_metadata(expected, 128);
  expected.directory = expected.stem = expected.writer = "";
  expected.created = 0;
  expect_equal(parse_metadata(text, MetadataPart::of_use), expected);
}

TEST(MetadataText, HostileTextComesBackAndForgesNoLine) {
  Metadata hostile = sample();
  hostile.foreign = false;
  hostile.stem = "a\nforeign: yes\nlanguage: c++\n%0A%\xff\0 '/'\x7f \u20ac"s;
  hostile.writer = "100% \r\n\n\n: "s;
  hostile.arguments = "(3,'a\nforeign: yes\n%')";
  hostile.origin.module = "%";
  hostile.origin.object_class = "/'\xc3/";
  const std::string text = format_metadata(hostile, 128);
  EXPECT_TRUE(text::is_utf8(text));
  EXPECT_EQ(text.find("foreign: yes\n"), std::string::npos);
  expect_equal(parse_metadata(text), hostile);
}

TEST(MetadataText, EveryPairOfBytesComesBack) {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      Metadata metadata;
      metadata.stem = {static_cast<char>(first), static_cast<char>(second), 'x'};
      ASSERT_EQ(parse_metadata(format_metadata(metadata, 128)).stem, metadata.stem) << first << " " << second;
    }
}

TEST(MetadataText, IsFilledUpToSixtyFourBytesWithTheFooter) {
  Metadata metadata = sample();
  for (int i = 0; i < 130; ++i, metadata.writer += 'x') {
    const std::string text = format_metadata(metadata, 128);
    EXPECT_EQ((text.size() + 128) % 64, 0u);
    EXPECT_THAT(text, EndsWith("\n"));
    EXPECT_EQ((format_metadata(metadata, 100).size() + 100) % 64, 0u);
  }
}

TEST(MetadataText, UnknownKeysAreIgnored) {
  const Metadata read =
      parse_metadata("\ncache-on-disk entry\nfuture: 7\nname: n\nwithout colon\n: \n:\nwriter: w\n\n\n");
  EXPECT_EQ(read.stem, "n");
  EXPECT_EQ(read.writer, "w");
}

TEST(MetadataText, EmptyLinesAnywhereAreIgnored) {
  const Metadata read = parse_metadata("\ncache-on-disk entry\n\nname: n\n\n\nwriter: w\n\nforeign: yes\n\n");
  EXPECT_EQ(read.stem, "n");
  EXPECT_EQ(read.writer, "w");
  EXPECT_TRUE(read.foreign);
  const std::string many(std::size_t{1} << 20, '\n');
  EXPECT_TRUE(parse_metadata("\ncache-on-disk entry" + many + "foreign: yes").foreign);
}

TEST(MetadataText, OfAKeyThatComesTwiceTheFirstCounts) {
  const Metadata read = parse_metadata(
      "\ncache-on-disk entry\nlanguage: python\nlanguage: c++\nmodule: \nmodule: other\nversion: 1\nversion: "
      "2\n"
      "type: pickle\ntype: npy <f8 1\nname: n\nname: m\ncreated: 1\ncreated: 2\nseconds: 1\nseconds: 2\n"
      "foreign: yes\nforeign: no\n");
  EXPECT_EQ(read.origin.language, "python");
  EXPECT_EQ(read.origin.module, "");
  EXPECT_EQ(read.origin.version, 1u);
  EXPECT_EQ(read.origin.type.text(), "pickle");
  EXPECT_EQ(read.stem, "n");
  EXPECT_EQ(read.created, 1);
  EXPECT_EQ(read.seconds, 1.0);
  EXPECT_TRUE(read.foreign);
}

TEST(MetadataText, WhatIsWrongStaysAtItsDefault) {
  const Metadata read = parse_metadata(
      "\ncache-on-disk entry\nversion: -1\ncreated: 99999999999999999999\nseconds: soon\nforeign: maybe\n");
  EXPECT_EQ(read.origin.version, 0u);
  EXPECT_EQ(read.created, 0);
  EXPECT_EQ(read.seconds, 0.0);
  EXPECT_FALSE(read.foreign);
  EXPECT_EQ(parse_metadata("\ncache-on-disk entry\nversion: 12abc\ncreated: 5 \n").origin.version, 0u);
  EXPECT_EQ(parse_metadata("\ncache-on-disk entry\nversion: 12abc\ncreated: 5 \n").created, 0);
  expect_equal(parse_metadata("\nsome other text\nname: n\n"), {});
  expect_equal(parse_metadata(""), {});
}

TEST(MetadataText, BrokenPercentCodesStandForThemselves) {
  EXPECT_EQ(parse_metadata("\ncache-on-disk entry\nname: %\n").stem, "%");
  EXPECT_EQ(parse_metadata("\ncache-on-disk entry\nname: %4\n").stem, "%4");
  EXPECT_EQ(parse_metadata("\ncache-on-disk entry\nname: %4G%+1%-1% 1\n").stem, "%4G%+1%-1% 1");
  EXPECT_EQ(parse_metadata("\ncache-on-disk entry\nname: %41%2f").stem, "A/");
}

TEST(MetadataText, AnyBytesAreReadWithoutHarm) {
  std::mt19937 random(1);
  const std::string good = format_metadata(sample(), 128);
  for (int round = 0; round < 5000; ++round) {
    std::string text = good.substr(0, 20 + random() % (good.size() - 20));
    for (int i = 0; i < 5; ++i) text[random() % text.size()] = static_cast<char>(random());
    (void)parse_metadata(text);
  }
}

}  // namespace
}  // namespace cache_on_disk::entry
