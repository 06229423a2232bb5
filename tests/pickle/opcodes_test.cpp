#include "cache_on_disk/detail/pickle/opcodes.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "pickle/golden.hpp"

namespace cache_on_disk::pickle {
namespace {

using std::string_literals::operator""s;

Result<std::size_t> length_of(const std::string& pickle) { return length(bytes_of(pickle)); }

TEST(Opcodes, are_the_68_of_protocols_0_to_5) {
  std::set<Opcode> codes;
  std::set<std::string_view> names;
  for (const OpcodeInfo& opcode : opcodes()) {
    codes.insert(opcode.code);
    names.insert(opcode.name);
    EXPECT_LE(opcode.protocol, highest_protocol) << opcode.name;
    EXPECT_EQ(find_opcode(static_cast<std::byte>(opcode.code)), &opcode) << opcode.name;
  }
  EXPECT_EQ(opcodes().size(), 68U);
  EXPECT_EQ(codes.size(), 68U);
  EXPECT_EQ(names.size(), 68U);
}

TEST(Opcodes, are_all_that_is_found) {
  int found = 0;
  for (int code = 0; code < 256; ++code) found += find_opcode(static_cast<std::byte>(code)) != nullptr;
  EXPECT_EQ(found, 68);
}

TEST(Length, is_that_of_the_whole_pickle_whatever_follows_it) {
  for (const Golden& golden : goldens()) {
    const auto alone = length_of(golden.pickle);
    ASSERT_TRUE(alone.ok()) << golden.name << ": " << alone.error().message;
    EXPECT_EQ(*alone, golden.pickle.size()) << golden.name;
    const auto followed = length_of(golden.pickle + "Kx...garbage");
    ASSERT_TRUE(followed.ok()) << golden.name;
    EXPECT_EQ(*followed, golden.pickle.size()) << golden.name;
  }
}

TEST(Length, steps_over_instructions_of_every_form_of_argument) {
  // A tuple with every opcode that has an argument; what it means is no matter.
  const std::string pickle =
      "\x80\x05\x95\x04\0\0\0\0\0\0\0"
      "I12\nJ....K.M..L1L\n\x8a\x02..\x8b\x03\0\0\0...F1.5\nG........"
      "S'.'\nT\x01\0\0\0.U\x01.B\x02\0\0\0..C\x02..\x8e\x01\0\0\0\0\0\0\0.\x96\x01\0\0\0\0\0\0\0."
      "V.\nX\x01\0\0\0.\x8c\x01.\x8d\x01\0\0\0\0\0\0\0."
      "g0\nh.j....p0\nq.r....\x82.\x83..\x84....c.\n.\ni.\n.\nP.\n"
      "0."s;
  const auto result = length_of(pickle + "tail");
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(*result, pickle.size());
}

TEST(Length, refuses_instructions_that_cross_the_end_of_their_frame_and_frames_within_frames) {
  EXPECT_TRUE(length_of("\x80\x04\x95\x02\0\0\0\0\0\0\0K\x01."s).ok());
  EXPECT_FALSE(length_of("\x80\x04\x95\x01\0\0\0\0\0\0\0K\x01."s).ok());
  EXPECT_FALSE(length_of("\x80\x04\x95\x0c\0\0\0\0\0\0\0\x95\x02\0\0\0\0\0\0\0K\x01."s).ok());
}

TEST(Length, of_every_cut_pickle_is_an_error) {
  for (const Golden& golden : goldens()) {
    const std::size_t step = golden.pickle.size() < 1000 ? 1 : 997;
    for (std::size_t size = 0; size < golden.pickle.size(); size += step)
      EXPECT_FALSE(length(bytes_of(golden.pickle).first(size)).ok()) << golden.name << " cut to " << size;
  }
}

TEST(Length, never_believes_a_length) {
  for (const std::string& lie : {
           "\x8d\xff\xff\xff\xff\xff\xff\xff\xff."s,  // BINUNICODE8 of 2^64 - 1 bytes
           "\x8e\xff\xff\xff\xff\xff\xff\xff\x7f."s,  // BINBYTES8
           "\x96\0\0\0\0\0\1\0\0."s,                  // BYTEARRAY8 of 1 TB
           "B\xff\xff\xff\xff."s,                     // BINBYTES
           "X\x02\0\0\0.."s.substr(0, 6),             // BINUNICODE, one byte short
           "T\xff\xff\xff\xff."s,                     // BINSTRING of -1 bytes
           "\x8b\xff\xff\xff\xff."s,                  // LONG4 of -1 bytes
           "\x8b\0\0\0\x80."s,                        // LONG4 of -2^31 bytes
           "U\x05.."s,
           "C\x05.."s,
           "\x8c\x05.."s,
           "\x8a\x05.."s,
           "\x95\x02\0\0\0\0\0\0\0."s,  // FRAME, one byte short
           "\x95\xff\xff\xff\xff\xff\xff\xff\xff."s,
       })
    EXPECT_FALSE(length_of(lie).ok());
}

TEST(Length, says_what_is_wrong_and_where) {
  EXPECT_EQ(length_of("").error().message, "byte 0: the pickle ends before its STOP");
  EXPECT_EQ(length_of("NN").error().message, "byte 2: the pickle ends before its STOP");
  EXPECT_EQ(length_of("N\xff.").error().message, "byte 1: 0xff is not an opcode");
  EXPECT_EQ(length_of("NC\x05").error().message, "byte 1: the argument of SHORT_BINBYTES does not fit into the pickle");
  EXPECT_EQ(length_of("cos\nsys").error().message, "byte 0: the argument of GLOBAL does not fit into the pickle");
  EXPECT_EQ(length_of("\x80\x06.").error().message, "byte 0: unknown protocol 6");
}

}  // namespace
}  // namespace cache_on_disk::pickle
