#include "entry/names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace cache_on_disk::entry {
namespace {

using namespace std::string_literals;
using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(Tags, SoundOnesAreAccepted) {
  const std::pair<std::string, std::string> sound[] = {
      {"cache", "LBTISX20240410_112233"},
      {"cache", ""},
      {"", "a"},
      {"", "with space"},
      {"", "-dash"},
      {"", "~"},
      {"", "a.b..c."},
      {"", "a\\b"},
      {"", "#%'"},
      {"cache", ".5"},  // the whole name does not begin with the dot
      {"", "M\u00fcnchen"},
      {"", "\U0001F52D"},
      {"", std::string(255, 'x')},
      {std::string(100, 'p'), std::string(155, 't')},
  };
  for (const auto& [prefix, tag] : sound) EXPECT_NO_THROW(check_tag(prefix, tag)) << prefix << "|" << tag;
}

TEST(Tags, OthersAreRefusedWithTheReason) {
  struct Case {
    std::string prefix, tag, reason;
  };
  const Case refused[] = {
      {"", "", "empty"},
      {"", ".", "dot"},
      {"", "..", "dot"},
      {"", ".hidden", "dot"},
      {".", "x", "dot"},
      {"", "a/b", "'/'"},
      {"", "/", "'/'"},
      {"cache", "../../etc/x", "'/'"},
      {"a/", "b", "'/'"},
      {"", "a\0b"s, "control"},
      {"", "\0"s, "control"},
      {"", "a\n", "control"},
      {"", "\t", "control"},
      {"", "\x1b[31m", "control"},
      {"", "\x7f", "control"},
      {"", std::string(256, 'x'), "255"},
      {std::string(100, 'p'), std::string(156, 't'), "255"},
      {"", "\xff", "UTF-8"},
      {"", "\x80", "UTF-8"},
      {"", "a\xc3", "UTF-8"},             // cut short
      {"", "\xc0\xaf", "UTF-8"},          // overlong '/'
      {"", "\xe0\x80\xaf", "UTF-8"},      // overlong
      {"", "\xf0\x80\x80\xaf", "UTF-8"},  // overlong
      {"", "\xed\xa0\x80", "UTF-8"},      // a surrogate
      {"", "\xf4\x90\x80\x80", "UTF-8"},  // beyond U+10FFFF
      {"", "\xf5\x80\x80\x80", "UTF-8"},
      {"", "\xe2\x82", "UTF-8"},
  };
  for (const auto& [prefix, tag, reason] : refused) {
    try {
      check_tag(prefix, tag);
      ADD_FAILURE() << "accepted: " << encode_text(prefix) << "|" << encode_text(tag);
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(reason)) << encode_text(tag);
      EXPECT_TRUE(is_utf8(error.what())) << "a message can be printed whatever the tag";
    }
  }
}

TEST(EncodedText, EncodesWhatCannotStandInAName) {
  EXPECT_EQ(encode_text(""), "");
  EXPECT_EQ(encode_text("plain text_1.5,(2)~#"), "plain text_1.5,(2)~#");
  EXPECT_EQ(encode_text("a/b"), "a%2Fb");
  EXPECT_EQ(encode_text("100%"), "100%25");
  EXPECT_EQ(encode_text("it's"), "it%27s");
  EXPECT_EQ(encode_text("\0\n\x1f\x7f"s), "%00%0A%1F%7F");
  EXPECT_EQ(encode_text("M\u00fcnchen \U0001F52D"), "M\u00fcnchen \U0001F52D");
  EXPECT_EQ(encode_text("\xc0\xaf"), "%C0%AF");
  EXPECT_EQ(encode_text("\xed\xa0\x80"), "%ED%A0%80");
  EXPECT_EQ(encode_text("\xc3"), "%C3");
  EXPECT_EQ(encode_text("\xe2\x82x"), "%E2%82x");
}

TEST(EncodedText, TellsAnyTwoTextsApart) {
  std::set<std::string> seen;
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      const std::string encoded = encode_text(text);
      ASSERT_TRUE(is_utf8(encoded));
      ASSERT_TRUE(seen.insert(encoded).second) << encoded;
    }
}

TEST(Files, BearStemMarkOfOriginAndExtension) {
  EXPECT_EQ(plain_file("root.Loop.gain"), "root.Loop.gain.npy");
  EXPECT_EQ(beside_file("root.Loop.gain", 0x00c0ffee), "root.Loop.gain~00c0ffee.npy");
}

TEST(Files, FitIntoAFileNameWithRoomForTheirMark) {
  const std::string longest(242, 'x');
  EXPECT_EQ(shortened(longest), longest);
  EXPECT_EQ(beside_file(longest, 1).size(), longest_name);
  for (std::size_t size : {243u, 255u, 256u, 300u, 5000u}) {
    const std::string stem(size, 'x');
    const std::string name = beside_file(stem, 1);
    EXPECT_LE(name.size(), longest_name) << size;
    EXPECT_EQ(shortened(stem), std::string(209, 'x') + "#" + hex(hash_128(stem)));
  }
}

TEST(Files, OfLongStemsThatDifferAtTheirEndsDiffer) {
  const std::string common(300, 'x');
  EXPECT_NE(shortened(common + "a"), shortened(common + "b"));
}

TEST(Files, AreNeverCutWithinACharacter) {
  for (const std::string_view character : {"\u00fc", "\u20ac", "\U0001F52D"})
    for (std::size_t offset = 0; offset < 8; ++offset) {
      std::string stem(offset, 'x');
      while (stem.size() < 400) stem += character;
      const std::string name = shortened(stem);
      EXPECT_TRUE(is_utf8(name)) << offset;
      EXPECT_THAT(name, EndsWith("#" + hex(hash_128(stem))));
      EXPECT_THAT(stem, StartsWith(name.substr(0, name.size() - 33)));
      EXPECT_GE(name.size(), 242u - 3);
      EXPECT_LE(beside_file(stem, 1).size(), longest_name);
    }
}

TEST(Files, AStemOfStrayContinuationBytesStillGetsAName) {
  const std::string name = shortened(std::string(400, '\x80'));
  EXPECT_EQ(name, "#" + hex(hash_128(std::string(400, '\x80'))));
}

TEST(Identity, DependsOnBothNamesAndWhereOneEnds) {
  EXPECT_EQ(identity("dir", "stem"), identity("dir", "stem"));
  EXPECT_NE(identity("dir", "stem"), identity("dirs", "tem"));
  EXPECT_NE(identity("dir", "stem"), identity("dir", "stem2"));
  EXPECT_NE(identity("dir", "stem"), identity("dir2", "stem"));
  EXPECT_NE(identity("", "dirstem"), identity("dirstem", ""));
}

TEST(Identity, IsTheHashOfBothWithTheirLengths) {
  EXPECT_EQ(identity("dir", "ab"), hash_128(std::string_view("\3\0\0\0\0\0\0\0dir\2\0\0\0\0\0\0\0ab", 21)));
}

}  // namespace
}  // namespace cache_on_disk::entry
