#include "npy/literal.hpp"

#include <gtest/gtest.h>

namespace cache_on_disk::npy {
namespace {

// What headers.txt cannot tell, because NumPy would refuse the header anyway.

Literal parse(std::string_view source) {
  auto literal = parse_literal(source, LongSuffix::refuse);
  EXPECT_TRUE(literal.ok()) << source << ": " << literal.error().message;
  return literal ? *literal : Literal{};
}

std::string reason(std::string_view source) {
  const auto literal = parse_literal(source, LongSuffix::refuse);
  return literal ? "accepted" : literal.error().message;
}

TEST(Literal, HasEscapesAsPythonHasThem) {
  EXPECT_EQ(parse(R"('\a\b\f\n\r\t\v\\\'\"')").text, "\a\b\f\n\r\t\v\\'\"");
  EXPECT_EQ(parse(R"('\101\0\x7f\400')").text, std::string("A\0\x7f\xc4\x80", 5));
  EXPECT_EQ(parse(R"('\u6f22\U0001f600\ud800')").text, "\xe6\xbc\xa2\xf0\x9f\x98\x80\xed\xa0\x80");
  EXPECT_EQ(parse(R"('\d\8')").text, R"(\d\8)");
  EXPECT_EQ(parse(R"(r'\n\'\\')").text, R"(\n\'\\)");
  EXPECT_EQ(parse("'''a\r\nb\rc'd'''").text, "a\nb\nc'd");
}

TEST(Literal, HasIntegersOf64Bits) {
  EXPECT_EQ(parse("9223372036854775807").integer, INT64_MAX);
  EXPECT_EQ(parse("-9223372036854775808").integer, INT64_MIN);
  EXPECT_EQ(parse("- ( (0x_1F) )").integer, -31);
  EXPECT_NE(reason("9223372036854775808").find("64 bits"), std::string::npos);
  EXPECT_NE(reason("-9223372036854775809").find("64 bits"), std::string::npos);
  EXPECT_NE(reason(std::string(100000, '9')).find("64 bits"), std::string::npos);
}

TEST(Literal, SaysWhyItIsRefused) {
  EXPECT_EQ(reason("{'a': 1.5}"), "a number that is not an integer at byte 7 of the header");
  EXPECT_NE(reason("b'a'").find("bytes literal"), std::string::npos);
  EXPECT_NE(reason("{1, 2}").find("a set"), std::string::npos);
  EXPECT_NE(reason("(1, 2").find("cut short"), std::string::npos);
  EXPECT_NE(reason("'abc").find("without an end"), std::string::npos);
  EXPECT_NE(reason("1 2").find("something follows"), std::string::npos);
  EXPECT_NE(reason("").find("nothing"), std::string::npos);
}

TEST(Literal, StopsAtNestingThatIsTooDeep) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(reason(nested(max_literal_nesting)), "accepted");
  for (const std::size_t depth : {max_literal_nesting + 1, std::size_t{1000000}}) {
    EXPECT_NE(reason(nested(depth)).find("too deeply"), std::string::npos);
  }
  EXPECT_NE(reason("+" + std::string(1000000, '(')).find("too deeply"), std::string::npos);
  EXPECT_NE(reason(std::string(1000000, '-') + "1"), "accepted");
}

}  // namespace
}  // namespace cache_on_disk::npy
