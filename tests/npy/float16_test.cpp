#include "cache_on_disk/float16.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "npy/golden.hpp"

namespace cache_on_disk {
namespace {

TEST(Float16, ConvertsToFloatAsNumpyDoes) {
  for (const auto& row : testing::read_table("f16.txt")) {
    const auto bits = static_cast<std::uint16_t>(std::stoul(row[0], nullptr, 16));
    const float value = static_cast<float>(Float16::from_bits(bits));
    EXPECT_EQ(std::bit_cast<std::uint32_t>(value), std::stoul(row[1], nullptr, 16)) << row[0];
  }
}

TEST(Float16, ComesBackFromFloat) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const auto half = Float16::from_bits(static_cast<std::uint16_t>(bits));
    const auto value = static_cast<float>(half);
    if (!std::isnan(value)) {
      EXPECT_EQ(Float16(value), half);
    }
  }
}

TEST(Float16, RoundsToNearestEven) {
  EXPECT_EQ(Float16(1.0F + 0x1p-11F).bits, 0x3C00);
  EXPECT_EQ(Float16(1.0F + 3 * 0x1p-11F).bits, 0x3C02);
  EXPECT_EQ(Float16(65519.0F).bits, 0x7BFF);
  EXPECT_EQ(Float16(65520.0F).bits, 0x7C00);
  EXPECT_EQ(Float16(-1e30F).bits, 0xFC00);
  EXPECT_EQ(Float16(0x1p-25F).bits, 0x0000);
  EXPECT_EQ(Float16(0x1.8p-25F).bits, 0x0001);
  EXPECT_EQ(Float16(std::numeric_limits<float>::quiet_NaN()).bits & 0x7E00, 0x7E00);
}

}  // namespace
}  // namespace cache_on_disk
