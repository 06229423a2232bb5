#include <gtest/gtest.h>

#include "cache_on_disk/codec.hpp"

namespace cache_on_disk {
namespace {

TEST(StoredType, HasATextForEachKind) {
  EXPECT_EQ((StoredType{Format::npy, "<f8", 2}).text(), "npy <f8 2");
  EXPECT_EQ((StoredType{Format::npy, "<f8", -1}).text(), "npy <f8 *");
  EXPECT_EQ((StoredType{Format::npy, "*", -1}).text(), "npy * *");
  EXPECT_EQ((StoredType{Format::pickle, "", -1}).text(), "pickle");
  EXPECT_EQ(StoredType{}.text(), "*");
}

}  // namespace
}  // namespace cache_on_disk
