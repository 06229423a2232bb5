#include "binding/taken_names.hpp"

#include <gtest/gtest.h>

namespace cache_on_disk::core {
namespace {

/// Hashes of which many fall on one slot, and 0, which stands for a free one.
std::uint64_t hash_of(std::uint64_t number) { return number % 2 == 0 ? number << 40 : number * 0x9E3779B97F4A7C15u; }

TEST(TakenNames, AreTakenOnceHoweverManyThereAre) {
  constexpr std::uint64_t many = 50'000;
  TakenNames names;
  for (std::uint64_t i = 0; i < many; ++i) {
    ASSERT_TRUE(names.take(hash_of(i))) << i;
    ASSERT_FALSE(names.take(hash_of(i / 2))) << i;
  }
  for (std::uint64_t i = 0; i < many; ++i) ASSERT_FALSE(names.take(hash_of(i))) << i;
}

}  // namespace
}  // namespace cache_on_disk::core
