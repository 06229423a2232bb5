#include "store/base_directory.hpp"

#include "entry/entry_fixture.hpp"
#include "store/trust.hpp"

namespace cache_on_disk::entry {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class BaseDirectory : public ::testing::Test {
 protected:
  BaseDirectory() {
    make("base", 0700);
    make("other", 0700);
  }
  void make(const std::string& name, mode_t mode, uid_t owner = ::geteuid(), gid_t group = ::getegid()) const {
    ASSERT_EQ(::mkdir((folder / name).c_str(), 0700), 0);
    give(name, owner, group);
    ASSERT_EQ(::chmod((folder / name).c_str(), mode), 0);
  }
  void link(const std::string& target, const std::string& name, uid_t owner = ::geteuid(),
            gid_t group = ::getegid()) const {
    ASSERT_EQ(::symlink(target.c_str(), (folder / name).c_str()), 0);
    give(name, owner, group);
  }
  void give(const std::string& name, uid_t owner, gid_t group) const {
    if (owner != ::geteuid() || group != ::getegid())
      ASSERT_EQ(::lchown((folder / name).c_str(), owner, group), 0) << "needs root";
  }
  Result<TagDirectoryPtr> open(const std::string& base, const Trust& trust = {},
                               IfMissing if_missing = IfMissing::create) const {
    return open_tag_directory({folder / base, "cacheT", trust}, if_missing);
  }
  /// What opening fails with; empty if it does not.
  std::string refusal(const std::string& base, const Trust& trust = {}) const {
    const auto opened = open(base, trust);
    if (opened.ok()) return {};
    EXPECT_EQ(opened.error().code, EACCES) << opened.error().message;
    return opened.error().message;
  }
  bool holds_tag(const std::string& base) const { return ::access((folder / (base + "/cacheT")).c_str(), F_OK) == 0; }
  TemporaryDirectory folder;
  Trust of_a_group = Trust::group(std::to_string(some_group));
};

#define NEEDS_ROOT \
  if (!is_root()) GTEST_SKIP() << "needs root to give files away"

TEST_F(BaseDirectory, IsFollowedThroughOurOwnLinksOfEveryForm) {
  link("base", "relative");
  link(folder / "base", "absolute");
  link("relative", "of_a_link");
  link("../" + std::filesystem::path(folder.path()).filename().string() + "/base", "upwards");
  link(".", "here");
  for (const char* const name :
       {"base", "relative", "absolute", "of_a_link", "upwards", "here/base", "here/here/../base", "base/", "base/."})
    EXPECT_EQ(refusal(name), "") << name;
  EXPECT_TRUE(holds_tag("base"));
}

TEST_F(BaseDirectory, IsMadeBehindALinkOfOurs) {
  link("base", "mine");
  EXPECT_EQ(refusal("mine/deep/er"), "");
  EXPECT_TRUE(holds_tag("base/deep/er"));
}

TEST_F(BaseDirectory, BehindACircleOfLinksOrAFileIsAnError) {
  link("two", "one");
  link("one", "two");
  write_all(folder / "file", "x");
  for (const auto& [name, code] : {std::pair{"one", ELOOP}, {"file", ENOTDIR}, {"file/deeper", ENOTDIR}}) {
    const auto opened = open(name);
    ASSERT_FALSE(opened.ok()) << name;
    EXPECT_EQ(opened.error().code, code) << name;
    EXPECT_THAT(opened.error().message, HasSubstr(folder / name));
  }
  EXPECT_EQ(open("none", {}, IfMissing::report).error().code, ENOENT);
}

TEST_F(BaseDirectory, BehindAnothersLinkIsNotUsedNorWrittenInto) {
  NEEDS_ROOT;
  link("base", "theirs", somebody_else, some_group + 1);
  link("theirs", "to_theirs");
  make("open", 01777);
  link("../base", "open/theirs", somebody_else, some_group + 1);
  link("..", "up", somebody_else, some_group + 1);
  for (const char* const name : {"theirs", "to_theirs", "open/theirs", "theirs/new", "up"})
    for (const Trust& trust : {Trust::only_me(), of_a_group, Trust::plain()})
      EXPECT_THAT(refusal(name, trust),
                  AllOf(HasSubstr("symbolic link"), HasSubstr("uid 54321"), HasSubstr("name the directory itself")))
          << name;
  EXPECT_FALSE(holds_tag("base"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "base"));
}

TEST_F(BaseDirectory, BehindALinkOfAMemberIsForTheGroup) {
  NEEDS_ROOT;
  link("base", "members", somebody_else, some_group);
  EXPECT_EQ(refusal("members", of_a_group), "");
  EXPECT_NE(refusal("members"), "");
}

TEST_F(BaseDirectory, IsJudgedAsItIsWhenOpenedNotAsItsLinkWas) {
  NEEDS_ROOT;
  make("theirs", 0777, somebody_else);
  link("theirs", "mine");  // our link to what is another's
  EXPECT_THAT(refusal("mine"), HasSubstr("uid 54321"));
}

TEST_F(BaseDirectory, OfAnotherIsNotUsedUnlessItIsShared) {
  NEEDS_ROOT;
  make("theirs", 01777, somebody_else, some_group);
  EXPECT_THAT(refusal("theirs"), AllOf(HasSubstr("uid 54321"), HasSubstr("exchange"), HasSubstr("set_trust")));
  EXPECT_EQ(refusal("theirs", of_a_group), "");
  EXPECT_EQ(refusal("theirs", Trust::plain()), "");
  give("theirs", somebody_else, some_group + 1);
  EXPECT_THAT(refusal("theirs", Trust::group("0")), HasSubstr("uid 54321"));
}

TEST_F(BaseDirectory, InWhichOthersCanRenameIsNotUsed) {
  for (const mode_t mode : {0777U, 0702U, 0703U}) {
    ASSERT_EQ(::chmod((folder / "base").c_str(), mode), 0);
    EXPECT_THAT(refusal("base"), AllOf(HasSubstr("everybody"), HasSubstr("sticky"), HasSubstr("chmod +t"))) << mode;
    EXPECT_NE(refusal("base", Trust::group(std::to_string(::getegid()))), "") << mode;
  }
  EXPECT_FALSE(holds_tag("base"));
  for (const mode_t mode : {01777U, 0755U, 0700U}) {
    ASSERT_EQ(::chmod((folder / "base").c_str(), mode), 0);
    EXPECT_EQ(refusal("base"), "") << mode;
  }
}

TEST_F(BaseDirectory, ThatAGroupMayWriteIsForThatGroup) {
  NEEDS_ROOT;
  make("groups", 02770, 0, some_group);
  EXPECT_THAT(refusal("groups"), HasSubstr("its group"));
  EXPECT_EQ(refusal("groups", of_a_group), "");
  EXPECT_NE(refusal("groups", Trust::group(std::to_string(some_group + 1))), "");
  make("sticky", 03770, 0, some_group);
  EXPECT_EQ(refusal("sticky"), "") << "only owners rename there";
}

// What this is for: the directory of one tag passed off as that of another, or any other of ours as a tag's.
TEST_F(BaseDirectory, WithAnExchangedDirectoryGivesNothing) {
  ASSERT_EQ(::chmod((folder / "base").c_str(), 0777), 0);
  make("base/cacheT", 0700);
  write_all(folder / "base/cacheT/root.Loop.gain.npy", npy_payload(3));
  EXPECT_NE(refusal("base"), "");
}

TEST_F(BaseDirectory, ThatMayNotBeSearchedIsToldWithItsOwner) {
  NEEDS_ROOT;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  make("closed", 0700);
  make("closed/base", 0777);
  make("full", 0755);
  ChildProcess child([&] {
    if (::setgid(some_group) != 0 || ::setuid(somebody_else) != 0) return 1;
    const std::string closed = open("closed/base").error().message, full = open("full").error().message;
    return closed.find(folder / "closed is a directory and belongs to root") != std::string::npos &&
                   full.find("belongs to root") != std::string::npos
               ? 0
               : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(BaseDirectory, WhatIsInTheWayOfATagIsToldWithItsOwnerAndTheCure) {
  const std::string path = folder / "base/cacheT";
  ASSERT_EQ(::symlink("elsewhere", path.c_str()), 0);
  EXPECT_THAT(refusal("base"), AllOf(HasSubstr(path + " is a symbolic link, which is not followed"),
                                     HasSubstr("belongs to"), HasSubstr("remove it, or choose another")));
  ::unlink(path.c_str());
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_THAT(refusal("base"), AllOf(HasSubstr("a FIFO, not a directory"), HasSubstr("belongs to")));
  ::unlink(path.c_str());
  write_all(path, "x");
  EXPECT_THAT(refusal("base"), HasSubstr("a file, not a directory"));
}

TEST_F(BaseDirectory, ADirectoryThatAnotherKeepsForHimselfIsToldWithItsOwner) {
  NEEDS_ROOT;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod((folder / "base").c_str(), 01777), 0);
  make("base/cacheT", 0700);
  ChildProcess child([&] {
    if (::setgid(some_group) != 0 || ::setuid(somebody_else) != 0) return 1;
    const std::string message = open("base").error().message;
    return message.find("belongs to root") != std::string::npos && message.find("choose another") != std::string::npos
               ? 0
               : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace cache_on_disk::entry
