#include "cache_on_disk/detail/pickle/writer.hpp"

#include <gtest/gtest.h>

#include "cache_on_disk/detail/pickle/opcodes.hpp"
#include "pickle/golden.hpp"

namespace cache_on_disk::pickle {
namespace {

std::string written(const Scalar& value) {
  return *dump([&](Writer& writer) {
    if (const auto* truth = std::get_if<bool>(&value)) writer.boolean(*truth);
    if (const auto* number = std::get_if<std::int64_t>(&value)) writer.integer(*number);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) writer.integer(*number);
    if (const auto* number = std::get_if<double>(&value)) writer.floating(*number);
    if (const auto* number = std::get_if<std::complex<double>>(&value)) writer.complex(*number);
    if (const auto* text = std::get_if<Text>(&value))
      text->is_bytes ? writer.bytes(text->value) : writer.text(text->value);
  });
}

// Python 3.6 put frames around the shortest pickles too; since 3.7 all agree.
TEST(Writer, writes_the_bytes_of_every_python_from_3_7_to_3_13) {
  int compared = 0;
  for (const Golden& golden : goldens()) {
    if (golden.protocol != 4 || golden.versions.find("3.13") == std::string::npos) continue;
    EXPECT_NE(golden.versions.find("3.7,"), std::string::npos) << golden.name;
    EXPECT_TRUE(written(golden.value) == golden.pickle) << golden.name;
    ++compared;
  }
  EXPECT_GT(compared, 150);
}

TEST(Writer, writes_an_unsigned_number_as_it_writes_the_equal_signed_one) {
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{200}, std::int64_t{65535}, INT64_MAX})
    EXPECT_EQ(written(number), written(static_cast<std::uint64_t>(number)));
}

TEST(Writer, writes_text_if_it_is_utf8_and_bytes_otherwise) {
  const auto kind = [](std::string_view value) {
    const auto read = read_scalar(bytes_of(*dump([&](Writer& writer) { writer.text_or_bytes(value); })));
    EXPECT_EQ(std::get<Text>(*read).value, value);
    return std::get<Text>(*read).is_bytes ? "bytes" : "str";
  };
  EXPECT_STREQ(kind(""), "str");
  EXPECT_STREQ(kind("seeing 0.8\""), "str");
  EXPECT_STREQ(kind("\xf0\x9f\x94\xad \xe2\x82\xac \xc3\xa9"), "str");
  EXPECT_STREQ(kind("\xff"), "bytes");
  EXPECT_STREQ(kind("\xc0\x80"), "bytes");          // overlong
  EXPECT_STREQ(kind("\xed\xa0\x80"), "bytes");      // a surrogate
  EXPECT_STREQ(kind("\xf4\x90\x80\x80"), "bytes");  // beyond U+10FFFF
  EXPECT_STREQ(kind("cut \xe2\x82"), "bytes");
}

}  // namespace
}  // namespace cache_on_disk::pickle
