#include "format/names.hpp"
#include "text/utf8.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace cache_on_disk::entry {
namespace {

using namespace std::string_literals;
using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(Tags, AreJoinedToTheirPrefixAsText) {
  struct Case {
    std::string prefix, tag, path;
  };
  const Case sound[] = {
      {"cache", "LBTISX20240410_112233", "cacheLBTISX20240410_112233"},
      {"", "a", "a"},
      {"", "with space", "with space"},
      {"", "-dash", "-dash"},
      {"", "~", "~"},
      {"", "a.b..c.", "a.b..c."},
      {"", "a\\b", "a\\b"},
      {"", "#%'", "#%'"},
      {"cache", ".5", "cache.5"},  // the whole name does not begin with the dot
      {"", "M\u00fcnchen", "M\u00fcnchen"},
      {"", "\U0001F52D", "\U0001F52D"},
      {"", std::string(255, 'x'), std::string(255, 'x')},
      {std::string(100, 'p'), std::string(155, 't'), std::string(100, 'p') + std::string(155, 't')},
  };
  for (const auto& [prefix, tag, path] : sound) EXPECT_EQ(tag_path(prefix, tag), path);
}

TEST(Tags, MayBePaths) {
  struct Case {
    std::string prefix, tag, path;
  };
  const Case sound[] = {
      {"cache", "20240101/120000", "cache20240101/120000"},
      {"cache", "/data/night.fits", "cache/data/night.fits"},
      {"cache", "a//b/", "cachea/b"},
      {"cache", "//data///x//", "cache/data/x"},
      {"", "/data/x", "data/x"},  // never out of the tmpdir
      {"/abs/", "T", "abs/T"},
      {"day/", "T", "day/T"},
      {"p/q", "r/s", "p/qr/s"},
      {"cache", "./x", "cache./x"},
      {"", "a/-/~/b c", "a/-/~/b c"},
      {"cache", "/" + std::string(255, 'x'), "cache/" + std::string(255, 'x')},
  };
  for (const auto& [prefix, tag, path] : sound) {
    EXPECT_EQ(tag_path(prefix, tag), path) << prefix << "|" << tag;
    EXPECT_TRUE(is_tag_path(tag_path(prefix, tag))) << path;
  }
}

TEST(Tags, OthersAreRefusedWithTheReason) {
  struct Case {
    std::string prefix, tag, reason;
  };
  std::string long_path = "x";
  while (long_path.size() <= 2000) long_path += "/x";
  const Case refused[] = {
      {"", "", "a variable that is not set"},
      {"cache", "", "a variable that is not set"},
      {"day/", "", "a variable that is not set"},
      {"cache", "/", "nothing but '/'"},
      {"", "///", "nothing but '/'"},
      {"", ".", "dot"},
      {"", ".hidden", "dot"},
      {"", "/.hidden", "dot"},
      {"cache", "a/.lock", "'.lock' begins with a dot"},
      {"cache", "a/./b", "dot"},
      {".", "x", "dot"},
      {"", "..", "'..'"},
      {"cache", "..", "'..'"},
      {"cache", "../../etc/x", "'..'"},
      {"cache", "a/../../x", "'..'"},
      {"cache", "/..", "'..'"},
      {"../", "x", "lead out"},
      {"", "a\0b"s, "0x00"},
      {"", "\0"s, "0x00"},
      {"cache", "a\n", "'\\n' (0x0a), at place 7"},
      {"", "\t", "'\\t' (0x09), at place 1"},
      {"", "\u00fc\x1b[31m", "0x1b, at place 2"},
      {"", "\x7f", "0x7f"},
      {"cache", "a/b\r", "'\\r' (0x0d)"},
      {"", std::string(256, 'x'), "255"},
      {std::string(100, 'p'), std::string(156, 't'), "255"},
      {"cache", "a/" + std::string(256, 'x'), "255"},
      {"cache", long_path, "2000"},
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
      tag_path(prefix, tag);
      ADD_FAILURE() << "accepted: " << encode_text(prefix) << "|" << encode_text(tag);
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(reason)) << encode_text(tag);
      EXPECT_TRUE(text::is_utf8(error.what())) << "a message can be printed whatever the tag";
      for (const char c : std::string_view(error.what())) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
    }
  }
}

TEST(Tags, ArePathsOfSoundComponents) {
  for (const char* path : {"", "/", "/a", "a/", "a//b", "a/../b", "..", ".a", "a/.b", "a\n", "a/\xff"})
    EXPECT_FALSE(is_tag_path(path)) << path;
  for (const char* path : {"a", "a/b", "cache/data/x", "a/b..", "M\u00fcnchen/x"})
    EXPECT_TRUE(is_tag_path(path)) << path;
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
  EXPECT_EQ(encode_text("a\u00fc/b\xff c\u20ac'd%e\n"), "a\u00fc%2Fb%FF c\u20ac%27d%25e%0A");
}

TEST(EncodedText, EncodesMoreOrLessWhereItStands) {
  EXPECT_EQ(encode_text("a.b[\u00fc]", ".[]"), "a%2Eb%5B\u00fc%5D");
  std::string text = "path: ";
  append_encoded(text, "/data/it's 5%\u00fc/\xff\n", {}, "/'");
  EXPECT_EQ(text, "path: /data/it's 5%25\u00fc/%FF%0A");
  append_encoded(text, "", {}, {});
  EXPECT_EQ(text, "path: /data/it's 5%25\u00fc/%FF%0A");
}

TEST(EncodedText, TellsAnyTwoTextsApart) {
  std::set<std::string> seen;
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      const std::string encoded = encode_text(text);
      ASSERT_TRUE(text::is_utf8(encoded));
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
      EXPECT_TRUE(text::is_utf8(name)) << offset;
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
