// Which pickles are called an attack: what would do something when Python reads it, and nothing that programs return.
// pickles.txt is made by make_pickles.py.
#include "../../tool/attack.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <string>
#include <vector>

#include "cache_on_disk/detail/pickle/reader.hpp"
#include "cache_on_disk/repr.hpp"

namespace cache_on_disk::tool {
namespace {

struct Line {
  std::string kind, name, pickle, call;
};

std::string from_hexadecimal(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::vector<Line> lines(const std::string& kind) {
  std::ifstream file(COD_TEST_SOURCE_DIR "/tool/pickles.txt");
  std::vector<Line> result;
  for (std::string text; std::getline(file, text);) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
      if (c == '\t')
        parts.emplace_back();
      else
        parts.back() += c;
    }
    parts.resize(4);
    if (parts[0] == kind) result.push_back({parts[0], parts[1], from_hexadecimal(parts[2]), parts[3]});
  }
  EXPECT_GT(result.size(), 50U);
  return result;
}

Result<Value> read(const std::string& pickle) { return pickle::read({std::as_bytes(std::span(pickle)), nullptr}); }

TEST(Attack, is_not_said_of_what_programs_return) {
  for (const Line& line : lines("ordinary")) {
    const auto value = read(line.pickle);
    ASSERT_TRUE(value.ok()) << line.name << ": " << value.error().message;
    EXPECT_EQ(attack_in(*value), std::nullopt) << line.name << ": " << repr(*value);
  }
}

TEST(Attack, is_named_with_the_call_and_its_arguments_escaped_and_cut) {
  for (const Line& line : lines("hostile")) {
    const auto value = read(line.pickle);
    ASSERT_TRUE(value.ok()) << line.name << ": " << value.error().message;
    const auto attack = attack_in(*value);
    ASSERT_TRUE(attack.has_value()) << line.name << ": " << repr(*value);
    EXPECT_NE(attack->find(line.call), std::string::npos) << line.name << ": " << *attack;
    EXPECT_LT(attack->size(), 300U) << line.name;
    for (const char c : *attack) EXPECT_TRUE((c & 0x80) != 0 || (c >= ' ' && c != 0x7f)) << line.name;
  }
}

std::string printed(const std::string& pickle) {
  const auto value = read(pickle);
  return value ? repr(*value) : value.error().message;
}

TEST(Attack, leaves_inert_objects_that_are_printed_by_their_names) {
  EXPECT_EQ(printed("cbuiltins\ngetattr\n(cm\nColour\nS'red'\ntR."), "m.Colour.red");
  EXPECT_EQ(printed("cm\nColour\n(I1\ntR."), "m.Colour(1)");
  EXPECT_EQ(printed("cbuiltins\ngetattr\n(cbuiltins\ngetattr\n(cm\nOuter\nS'Inner'\ntRS'deep'\ntR."),
            "m.Outer.Inner.deep");
  EXPECT_EQ(printed("cbuiltins\ngetattr\n(cm\nShape\nS'parse'\ntR(S'x'\ntR."), "m.Shape.parse('x')");
  // What is no name stays a call.
  EXPECT_EQ(printed("cbuiltins\ngetattr\n(cm\nColour\nS'r d'\ntR."), "builtins.getattr(<class 'm.Colour'>, 'r d')");
  EXPECT_EQ(printed("cbuiltins\ngetattr\n(I1\nS'real'\ntR."), "builtins.getattr(1, 'real')");
}

}  // namespace
}  // namespace cache_on_disk::tool
