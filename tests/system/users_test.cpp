#include "process/users.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/processes.hpp"

namespace cache_on_disk::system {
namespace {

TEST(Users, AGroupIsFoundByNumberOrName) {
  EXPECT_EQ(find_group("1234567"), gid_t{1234567});
  EXPECT_EQ(find_group("root"), gid_t{0});
  EXPECT_EQ(find_group("no such group"), std::nullopt);
  EXPECT_EQ(find_group(""), std::nullopt);
}

TEST(Users, AreNamedWithTheirNumber) {
  EXPECT_EQ(user_text(0), "root (uid 0)");
  EXPECT_EQ(user_text(3999999999u), "uid 3999999999");
}

TEST(Users, OnlyTheOwnPrimaryGroupCanBePrivate) { EXPECT_FALSE(is_private_group(::getegid() + 12345)); }

TEST(Users, AGroupWithoutAccountsOrANamedOneIsNotPrivate) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to change its group";
  ChildProcess child([] { return ::setegid(3999999) == 0 && !is_private_group(3999999) ? 0 : 1; });
  EXPECT_EQ(child.wait(), 0) << "a group that nothing is known of";
}

}  // namespace
}  // namespace cache_on_disk::system
