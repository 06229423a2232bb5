// Which values are equal: those that Python finds equal.
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "cache_on_disk/repr.hpp"
#include "pickle/made_values.hpp"

namespace cache_on_disk {
namespace {

using namespace made_values;

TEST(Values, are_equal_as_python_finds_them) {
  const Value ordered = read_text("ccollections\nOrderedDict\n((K\1K\2\x86K\3K\4\x86ltR."s);
  const Value turned = read_text("ccollections\nOrderedDict\n((K\3K\4\x86K\1K\2\x86ltR."s);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  // Each equals every other of its row, and none of another row.
  const std::vector<std::vector<Value>> rows = {
      {Value()},
      {1, 1.0, true, std::uint64_t{1}, std::complex(1.0, 0.0)},
      {0, -0.0, false},
      {std::uint64_t{1} << 63, 9223372036854775808.0},
      {"a"},
      {Value::bytes("a"), bytearray("a")},
      {Value::list({1, "a"}), Value::list({1.0, "a"})},
      {Value::list({1}), Value::list({true})},
      {Value::tuple({1, "a"})},
      {set({1, 2}), set({2, 1}), frozenset({1, 2})},
      {set({1, 3})},
      {set({1})},
      {ordered, Value::dict({{1, 2}, {3, 4}}), Value::dict({{3, 4}, {1, 2}})},
      {Value::dict({{1, 2}})},
      {Value::dict({{1, 2}, {3, 5}})},
      {Value::dict({{1, 2}, {5, 4}})},
      {PythonDate{2024, 4, 10}},
      {PythonDatetime{{2024, 4, 10}, {}}},
      {Value(PythonDatetime{{2024, 4, 10}, {}}, Value::timezone({}))},
      {PythonTime{1, 2, 3, 4, false}},
      {PythonTimedelta{1, 0, 0}},
      {Value::timezone({}), Value::timezone({0, 0, 0})},
      {Value::timezone({0, 60, 0})},
      {global(), global()},
      {Value::global("m", "D")},
      {object(Construction::call, 1), object(Construction::call, 1.0)},
      {object(Construction::make, 1)},
      {object(Construction::call, 2)},
      {object(Construction::call, 1, 5)},
      {array("<i2", "\1\0\2\0"s), array(">i2", "\0\1\0\2"s), array("|u1", "\1\2")},
      {array("<i2", "\1\0\3\0"s)},
      {array("<i2", "\1\0\2\0"s, {1, 2})},
      {array("<f4", "\0\0\xc0\x3f"s), array("<f8", "\0\0\0\0\0\0\xf8\x3f"s), array("<f2", "\0\x3e"s)},
      {array("<f4", "\0\0\xc1\x3f"s)},
      {array("|S2", "ab"), array("|S3", "ab\0"s), array("<U2", "a\0\0\0b\0\0\0"s), array(">U2", "\0\0\0a\0\0\0b"s)},
      {array("|S2", "ac")},
      {array("|b1", "\1"s), array("|b1", "\2"s)},
      {array("|b1", "\0"s)},
      {array("<c8", "\0\0\xc0\x3f\0\0\xc0\x3f"s)},
      {array("<M8[s]", "\7\0\0\0\0\0\0\0"s)},
      {array("|V2", "ab")},
      {array("|V2", "ac")},
      {Value::list({ordered})},
      {Value::list({turned})},
  };
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t k = 0; k < rows.size(); ++k)
      for (const Value& a : rows[i])
        for (const Value& b : rows[k])
          EXPECT_EQ(a == b, i == k) << repr(a) << " and " << repr(b) << " of rows " << i << " and " << k;
  EXPECT_FALSE(ordered == turned);
  EXPECT_TRUE(turned == Value::dict({{1, 2}, {3, 4}}));
  EXPECT_FALSE(Value(nan) == Value(nan) || Value::list({nan}) == Value::list({nan}));
  EXPECT_FALSE(Value(std::complex(nan, 0.0)) == Value(std::complex(nan, 0.0)));
  const Value list = Value::list({nan});
  EXPECT_TRUE(list == list) << "the very same object, as in Python";
}

}  // namespace
}  // namespace cache_on_disk
