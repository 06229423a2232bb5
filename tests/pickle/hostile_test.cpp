// Pickles that mean harm: each must be answered quickly, within memory in proportion to its size.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/json.hpp"
#include "cache_on_disk/repr.hpp"
#include "pickle/read_text.hpp"

namespace cache_on_disk::pickle {
namespace {

using std::string_literals::operator""s;

// Far more than any of these takes, even under a sanitizer; what explodes takes hours.
constexpr std::chrono::seconds patience(20);

class Hostile : public testing::Test {
 protected:
  ~Hostile() override { EXPECT_LT(std::chrono::steady_clock::now() - start_, patience); }
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

TEST_F(Hostile, lengths_beyond_the_input_are_refused) {
  for (const char opcode : {'\x8e', '\x8d', '\x96', '\x95'})
    EXPECT_FALSE(read_text("\x80\x04"s + opcode + "\0\0\0\0\0\1\0\0x."s).ok());
  EXPECT_FALSE(read_text("\x8b\xff\xff\xff\x7f."s).ok());
  EXPECT_FALSE(read_text("T\xff\xff\xff\xff."s).ok());
}

TEST_F(Hostile, memo_numbers_may_have_gaps) {
  EXPECT_TRUE(read_text("K\x01r\xff\xff\xff\x7f."s).ok());
  EXPECT_TRUE(read_text("K\x01p18446744073709551615\n0g18446744073709551615\n."s).ok());
}

// Lists of ten times the list before: 10^30 leaves in some 500 bytes.
std::string laughs() {
  std::string pickle =
      "]q\0K\x01"
      "a"s;
  for (char level = 1; level <= 30; ++level) {
    pickle += "](";
    for (int i = 0; i < 10; ++i) pickle += "h"s + static_cast<char>(level - 1);
    pickle += "eq"s + level;
  }
  return pickle + ".";
}

TEST_F(Hostile, billion_laughs_are_read_and_compared_at_once_and_printed_in_part) {
  const auto a = read_text(laughs()), b = read_text(laughs());
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_TRUE(*a == *b);
  EXPECT_EQ(repr(*a, {.max_size = 1000}).size(), 1003u);
  EXPECT_FALSE(to_json(*a, {.max_size = 1000}).ok());
}

TEST_F(Hostile, tuples_that_double_can_be_keys) {
  std::string pickle = "}K\x01\x85";
  for (int i = 0; i < 60; ++i) pickle += "2\x86";
  pickle += "q\0N(h\0Nu"s;
  const auto first = read_text("}" + pickle.substr(1, pickle.find('q') - 1) + "Ns.");
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_TRUE(*first == *read_text("}" + pickle.substr(1, pickle.find('q') - 1) + "Ns."));
}

TEST_F(Hostile, keys_that_collide_in_python_do_not_here) {
  std::string pickle = "}(";
  for (std::uint64_t i = 0; i < 100000; ++i) {  // multiples of 2^61 - 1, of which Python's hash is 0
    const std::uint64_t low = i * ((std::uint64_t{1} << 61) - 1);
    pickle += "\x8a\x0a"s;
    for (unsigned k = 0; k < 8; ++k) pickle += static_cast<char>(low >> (8 * k) & 0xff);
    pickle += "\0\0N"s;
  }
  EXPECT_TRUE(read_text(pickle + "u.").ok());
}

TEST_F(Hostile, copies_of_what_is_remembered_are_bounded) {
  std::string pickle = "c__builtin__\ntuple\nq\0X\0\0\x01\0"s + std::string(65536, '\xc3');
  pickle = "c__builtin__\ntuple\nq\0(" + std::string(65536, 'N') + "tq\1"s;
  for (int i = 0; i < 65536; ++i) pickle += "h\0h\1\x85R0"s;
  const auto value = read_text("c__builtin__\ntuple\nq\0("s + pickle.substr(22) + "N.");
  EXPECT_FALSE(value.ok());
  EXPECT_NE(value.error().message.find("beyond all proportion"), std::string::npos) << value.error().message;
}

TEST_F(Hostile, endless_ints_are_refused_as_text_and_printed_in_hexadecimal) {
  EXPECT_FALSE(read_text("L" + std::string(1000000, '9') + "L\n.").ok());
  std::string pickle = "\x8b\x40\x42\x0f\0"s + std::string(1000000, '\x7f') + ".";
  const auto value = read_text(pickle);
  ASSERT_TRUE(value.ok());
  EXPECT_TRUE(repr(*value).starts_with("0x7f7f"));
}

TEST_F(Hostile, arrays_must_have_the_bytes_that_their_shape_says) {
  const auto array = [](const std::string& shape, const std::string& dtype, const std::string& data) {
    return "cnumpy\nndarray\nK\0\x85"
           "C\x01"
           "b\x86R(K\x01"s +
           shape + "cnumpy\ndtype\nX" + static_cast<char>(dtype.size()) + "\0\0\0"s + dtype + "\x85R\x89" + data +
           "tb.";
  };
  const std::string eight =
      "C\x08"
      "12345678";
  EXPECT_TRUE(read_text(array("K\x01\x85", "f8", eight)).ok());
  EXPECT_FALSE(read_text(array("K\x02\x85", "f8", eight)).ok());
  EXPECT_FALSE(read_text(array("J\xff\xff\xff\xff\x85", "f8", eight)).ok());
  EXPECT_FALSE(read_text(array("\x8a\x08\0\0\0\0\0\0\0\x40\x8a\x08\0\0\0\0\0\0\0\x40\x86"s, "f8", eight)).ok());
  EXPECT_FALSE(read_text(array("K\x01\x85", "O8", eight)).ok());
  EXPECT_FALSE(read_text(array("K\x01\x85", "f8",
                               "]K\x01"
                               "a"))
                   .ok());
  EXPECT_FALSE(read_text(array("K\x01\x85", "O8", "]")).ok());
}

TEST_F(Hostile, fields_must_lie_in_their_structure) {
  const auto table = [](const std::string& offset) {
    return "cnumpy\ndtype\nX\x02\0\0\0V8\x85R(K\x03X\x01\0\0\0|NX\x01\0\0\0a\x85}X\x01\0\0\0acnumpy\ndtype\nX\x02\0\0\0i4\x85R"s +
           offset + "\x86sK\x08K\x01K\x10tb.";
  };
  EXPECT_TRUE(read_text(table("K\x04")).ok()) << read_text(table("K\x04")).error().message;
  EXPECT_FALSE(read_text(table("M\xff\xff")).ok());
  EXPECT_FALSE(read_text(table("J\xff\xff\xff\xff")).ok());
}

TEST_F(Hostile, a_dtype_that_something_was_made_of_stays_as_it_is) {
  // A scalar of eight bytes whose dtype would then become one of 1000.
  EXPECT_FALSE(read_text("cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nX\x02\0\0\0V8\x85Rq\0C\x08"
                         "12345678\x86R0h\0(K\x03X\x01\0\0\0|NNNM\xe8\x03K\x01K\0tb."s)
                   .ok());
}

}  // namespace
}  // namespace cache_on_disk::pickle
