#include "cache_on_disk/dtype.hpp"

#include <gtest/gtest.h>

#include "npy/golden.hpp"

namespace cache_on_disk::npy {
namespace {

using namespace cache_on_disk::testing;

TEST(Dtype, IsReadAndWrittenAsNumpyDoes) {
  for (const auto& row : read_table("types.txt")) {
    const auto dtype = Dtype::parse(row[0]);
    if (!dtype) {
      EXPECT_EQ("refused", row[1]) << row[0] << ": " << dtype.error().message;
    } else {
      EXPECT_EQ(*dtype->descr() + " " + std::to_string(dtype->itemsize) + (dtype->has_object() ? " True" : " False"),
                row[1])
          << row[0];
    }
  }
}

TEST(Dtype, IsReadBackFromItsOwnDescr) {
  for (const auto& row : read_table("types.txt")) {
    const auto dtype = Dtype::parse(row[0]);
    if (dtype) {
      EXPECT_EQ(*Dtype::parse(*dtype->descr()), *dtype) << row[0];
    }
  }
}

TEST(Dtype, RefusesSizesBeyondThoseOfNumpy) {
  for (const char* type : {"S2147483648", "U536870912", "V99999999999999999999", "S-1", "M8[2147483648s]"}) {
    EXPECT_FALSE(Dtype::parse(type).ok()) << type;
  }
}

TEST(Dtype, RefusesWhatNumpyVersionsReadDifferently) { EXPECT_FALSE(Dtype::parse("i4,").ok()); }

TEST(Dtype, KnowsWhereFieldsLie) {
  const auto dtype = Dtype::parse("[('a', '|u1'), ('', '|V3'), (('t', 'b'), '>f4', (2, 3)), ('', '|V4')]");
  ASSERT_TRUE(dtype.ok());
  EXPECT_EQ(dtype->itemsize, 32U);
  ASSERT_EQ(dtype->fields.size(), 2U);
  EXPECT_EQ(dtype->fields[1].offset, 4U);
  EXPECT_EQ(dtype->fields[1].title, "t");
  EXPECT_EQ(dtype->fields[1].dtype.shape, (Shape{2, 3}));
  EXPECT_EQ(dtype->fields[1].dtype.base->text(), ">f4");
  EXPECT_EQ(dtype->field("t"), dtype->field("b"));
  EXPECT_EQ(dtype->field("c"), nullptr);
}

TEST(Dtype, RefusesFieldsOutsideTheirStructure) {
  EXPECT_FALSE(Dtype::structure({{"a", std::nullopt, 65535, Dtype{}}}, 8).ok());
  EXPECT_FALSE(Dtype::structure({{"a", std::nullopt, 4294967295U, Dtype{}}}, 8).ok());
  EXPECT_TRUE(Dtype::structure({{"a", std::nullopt, 0, Dtype{}}}, 8).ok());
}

TEST(Dtype, RefusesStructuresNestedTooDeeply) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "[('a', ";
    text += "'<f8'";
    for (int i = 0; i < depth; ++i) text += ")]";
    return text;
  };
  EXPECT_TRUE(Dtype::parse(nested(40)).ok());
  EXPECT_FALSE(Dtype::parse(nested(65)).ok());
  EXPECT_FALSE(Dtype::parse(nested(100000)).ok());
}

}  // namespace
}  // namespace cache_on_disk::npy
