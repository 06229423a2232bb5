// Time for keys is proportional to the pickle, whatever they are: by the square of their number each of these would outlast
// the patience of ctest.
#include <gtest/gtest.h>

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/value_as.hpp"

namespace cache_on_disk::pickle {
namespace {

Result<Value> read_bytes(const std::string& pickle) { return read({std::as_bytes(std::span(pickle)), nullptr}); }

TEST(AlikeKeys, nan_many_times_stays_many_keys) {
  std::string pickle = "\x80\x04\x8f(";
  constexpr int count = 400'000;
  for (int i = 0; i < count; ++i) pickle += std::string("G\x7f\xf8\0\0\0\0\0\0", 9);
  pickle += "\x90.";
  const auto value = read_bytes(pickle);
  ASSERT_TRUE(value.ok()) << value.error().message;
  EXPECT_EQ(value->size(), std::size_t{count});
}

// A text of a mebibyte that is remembered once and is a key of many dicts, beside another that equals it.
TEST(AlikeKeys, a_long_text_is_looked_at_once) {
  constexpr std::uint32_t size = 1 << 20;
  const std::string text = "X" + std::string("\0\0\x10\0", 4) + std::string(size, 'x');
  std::string pickle = "\x80\x02" + text +
                       "q\x01"
                       "0" +
                       text +
                       "q\x02"
                       "0]q\x03(";
  for (int i = 0; i < 100'000; ++i) pickle += "}(h\x01Nh\x02Nu";
  pickle += "e.";
  const auto value = read_bytes(pickle);
  ASSERT_TRUE(value.ok()) << value.error().message;
  EXPECT_EQ(value->item(0).size(), 1U);
  EXPECT_EQ(value->item(99'999).size(), 1U);
}

TEST(AlikeKeys, long_keys_equal_what_they_equal_in_python) {
  const std::string digits(700, '9');
  std::string pickle = "\x80\x02}(L" + digits + "L\nK\x01L" + digits + "L\nK\x02" + "X" +
                       std::string("\x2c\x01\0\0", 4) + std::string(300, 'a') + "K\x03" + "X" +
                       std::string("\x2c\x01\0\0", 4) + std::string(300, 'a') + "K\x04" + "X" +
                       std::string("\x2c\x01\0\0", 4) + std::string(299, 'a') + "bK\x05u.";
  const auto value = read_bytes(pickle);
  ASSERT_TRUE(value.ok()) << value.error().message;
  ASSERT_EQ(value->size(), 3U);
  EXPECT_EQ(value->entry(0).second.as_int64(), 2);
  EXPECT_EQ(value->entry(1).second.as_int64(), 4);
  EXPECT_EQ(value->entry(2).second.as_int64(), 5);
}

// std::hash of an int is the int: multiples of the number of buckets all have the same place.
struct Poor {
  std::size_t operator()(std::int64_t) const noexcept { return 7; }
};

TEST(AlikeKeys, tables_of_cpp_that_would_be_crowded_are_refused) {
  std::vector<Value> items;
  std::vector<Value::Entry> entries;
  for (int i = 0; i < 2000; ++i) {
    items.emplace_back(i);
    entries.emplace_back(i, i);
  }
  const auto set = value_as<std::unordered_set<std::int64_t, Poor>>(Value::set(items));
  ASSERT_FALSE(set.ok());
  EXPECT_NE(set.error().message.find("a thousand other keys have the same place"), std::string::npos);
  EXPECT_FALSE((value_as<std::unordered_map<std::int64_t, int, Poor>>(Value::dict(entries)).ok()));
  const auto usual = value_as<std::unordered_set<std::int64_t>>(Value::set(items));
  ASSERT_TRUE(usual.ok()) << usual.error().message;
  EXPECT_EQ(usual->size(), 2000U);
  entries.resize(900);
  EXPECT_TRUE((value_as<std::unordered_map<std::int64_t, int, Poor>>(Value::dict(entries)).ok()));
}

}  // namespace
}  // namespace cache_on_disk::pickle
