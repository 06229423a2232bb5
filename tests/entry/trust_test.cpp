#include "store/trust.hpp"

#include "entry/entry_fixture.hpp"

namespace cache_on_disk::entry {
namespace {

using ::testing::HasSubstr;

system::FileStatus file(uid_t uid, gid_t gid, mode_t mode) {
  system::FileStatus status;
  status.uid = uid;
  status.gid = gid;
  status.mode = S_IFREG | mode;
  return status;
}

const Trust only_me = Trust::only_me();
const Trust group = Trust::group(std::to_string(some_group));

TEST(PrivateTrust, BelievesUsAndRootUnlessOthersMayWrite) {
  const uid_t self = ::geteuid();
  EXPECT_EQ(objection(file(self, some_group, 0644), only_me), "");
  EXPECT_EQ(objection(file(0, some_group, 0644), only_me), "");
  EXPECT_THAT(objection(file(somebody_else, some_group, 0600), only_me), HasSubstr("uid 54321"));
  EXPECT_THAT(objection(file(self, some_group, 0602), only_me), HasSubstr("everybody"));
  EXPECT_THAT(objection(file(self, some_group, 0620), only_me), HasSubstr("group"));
  EXPECT_TRUE(is_own(file(0, 0, 0600), only_me));
}

TEST(GroupTrust, BelievesMembersFilesThatNobodyElseMayRewrite) {
  const uid_t self = ::geteuid();
  EXPECT_EQ(objection(file(somebody_else, some_group, 0640), group), "");
  EXPECT_EQ(objection(file(self, some_group, 0640), group), "");
  EXPECT_THAT(objection(file(somebody_else, some_group + 1, 0640), group), HasSubstr("outside group"));
  // As programs make them under umask 002; such a file may change at any time, whoever owns it.
  EXPECT_EQ(objection(file(somebody_else, some_group, 0664), group), "");
  EXPECT_EQ(objection(file(self, some_group, 0664), group), "");
  EXPECT_FALSE(is_own(file(self, some_group, 0664), group));
  EXPECT_THAT(objection(file(somebody_else, some_group, 0642), group), HasSubstr("everybody"));
  EXPECT_TRUE(is_own(file(self, some_group, 0640), group));
  EXPECT_FALSE(is_own(file(somebody_else, some_group, 0640), group));
  EXPECT_EQ(is_own(file(0, some_group, 0640), group), self == 0);
  EXPECT_THAT(objection(file(self, 0, 0640), Trust::group("no such group")), HasSubstr("does not exist"));
}

TEST(PlainTrust, BelievesNobodyLikeOneself) {
  EXPECT_EQ(objection(file(somebody_else, some_group, 0666), Trust::plain()), "");
  EXPECT_FALSE(is_own(file(::geteuid(), 0, 0600), Trust::plain()));
}

TEST(TrustModes, AreThoseOfTheContract) {
  EXPECT_EQ(modes_under(only_me).directory, 0700u);
  EXPECT_EQ(modes_under(only_me).file, 0600u);
  EXPECT_EQ(modes_under(group).directory, 02770u);
  EXPECT_EQ(modes_under(group).file, 0640u);
}

}  // namespace
}  // namespace cache_on_disk::entry
