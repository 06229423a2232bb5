#include "store/tag_directory.hpp"

#include <sys/file.h>

#include <cerrno>

#include "entry/entry_fixture.hpp"

namespace cache_on_disk::entry {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Directories : public ::testing::Test {
 protected:
  Place place(const std::string& component, const Trust& trust = {}) const { return {folder.path(), component, trust}; }
  mode_t mode_of(const std::string& path) const {
    system::FileStatus status;
    return system::status_at(AT_FDCWD, path.c_str(), status) == 0 ? status.mode & 07777 : 0;
  }
  Error error_of(const Place& where) const {
    const auto opened = open_tag_directory(where, IfMissing::create);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? Error{} : opened.error();
  }
  TemporaryDirectory folder;
};

TEST_F(Directories, AreMadeForTheirOwnerOnly) {
  const mode_t before = ::umask(0);
  const auto opened = open_tag_directory({folder / "deep/er", "cacheT", {}}, IfMissing::create);
  ::umask(before);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  for (const char* name : {"deep", "deep/er", "deep/er/cacheT"}) EXPECT_EQ(mode_of(folder / name), 0700u) << name;
  EXPECT_EQ((*opened)->path(), folder / "deep/er/cacheT");
}

TEST_F(Directories, AreNotMadeWhereThatWasNotAsked) {
  for (const Place& where : {place("cacheT"), Place{folder / "none", "cacheT", {}}}) {
    const auto opened = open_tag_directory(where, IfMissing::report);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ENOENT);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(Directories, ThatAreThereAreUsed) {
  ASSERT_EQ(::mkdir((folder / "cacheT").c_str(), 0755), 0);
  EXPECT_TRUE(open_tag_directory(place("cacheT"), IfMissing::report).ok());
  EXPECT_EQ(mode_of(folder / "cacheT"), 0755u) << "and left as they are";
}

TEST_F(Directories, AreOpenedOnceWhileTheyStayInUse) {
  const auto first = open_tag_directory(place("cacheT"), IfMissing::create);
  const auto second = open_tag_directory(place("cacheT"), IfMissing::create);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->get(), second->get());
  forget_tag_directory(place("cacheT"));
  EXPECT_NE(open_tag_directory(place("cacheT"), IfMissing::create)->get(), first->get());
}

TEST_F(Directories, OfAnotherTrustAreJudgedAnew) {
  ASSERT_EQ(::mkdir((folder / "cacheT").c_str(), 0777), 0);
  ASSERT_EQ(::chmod((folder / "cacheT").c_str(), 0777), 0);
  EXPECT_TRUE(open_tag_directory(place("cacheT", Trust::plain()), IfMissing::create).ok());
  EXPECT_EQ(error_of(place("cacheT")).code, EACCES);
}

TEST_F(Directories, AtMostThirtyTwoStayOpenThoseUsedLast) {
  const auto open_here = [&] {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code closed;  // the iterator's own
      count += std::filesystem::read_symlink(entry, closed).string().starts_with(folder / "") ? 1 : 0;
    }
    return count;
  };
  const std::weak_ptr<const TagDirectory> oldest = *open_tag_directory(place("cache0"), IfMissing::create);
  const std::weak_ptr<const TagDirectory> second = *open_tag_directory(place("cache1"), IfMissing::create);
  for (int i = 2; i < 32; ++i)
    ASSERT_TRUE(open_tag_directory(place("cache" + std::to_string(i)), IfMissing::create).ok());
  EXPECT_EQ(open_here(), 32);
  EXPECT_FALSE(oldest.expired());
  ASSERT_TRUE(open_tag_directory(place("cache0"), IfMissing::create).ok());  // used again
  ASSERT_TRUE(open_tag_directory(place("cache32"), IfMissing::create).ok());
  EXPECT_FALSE(oldest.expired());
  EXPECT_TRUE(second.expired());
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(open_tag_directory(place("more" + std::to_string(i)), IfMissing::create).ok());
  EXPECT_EQ(open_here(), 32);
}

TEST_F(Directories, ThatFellOutOfTheTableLiveOnWithTheirUsers) {
  const TagDirectoryPtr used = *open_tag_directory(place("used"), IfMissing::create);
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(open_tag_directory(place("cache" + std::to_string(i)), IfMissing::create).ok());
  system::FileStatus status;
  EXPECT_EQ(system::status_of(used->descriptor(), status), 0);
  EXPECT_EQ(status.inode, used->inode());
}

TEST_F(Directories, ThatAreLinksAreRefused) {
  ASSERT_EQ(::mkdir((folder / "real").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("real", (folder / "cacheT").c_str()), 0);
  const Error error = error_of(place("cacheT"));
  EXPECT_EQ(error.code, EACCES);
  EXPECT_THAT(error.message, HasSubstr("symbolic link"));
}

TEST_F(Directories, MayLieBehindALinkThatTheUserNamed) {
  ASSERT_EQ(::mkdir((folder / "real").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("real", (folder / "tmpdir").c_str()), 0);
  EXPECT_TRUE(open_tag_directory({folder / "tmpdir", "cacheT", {}}, IfMissing::create).ok());
  EXPECT_EQ(mode_of(folder / "real/cacheT"), 0700u);
}

TEST_F(Directories, ThatAreFilesAreRefused) {
  write_all(folder / "cacheT", "x");
  EXPECT_EQ(error_of(place("cacheT")).code, EACCES);
}

TEST_F(Directories, ThatOthersMayWriteAreRefusedWithTheCure) {
  ASSERT_EQ(::mkdir((folder / "cacheT").c_str(), 0700), 0);
  for (const mode_t mode : {0702u, 0777u, 01777u}) {
    ASSERT_EQ(::chmod((folder / "cacheT").c_str(), mode), 0);
    const Error error = error_of(place("cacheT"));
    EXPECT_EQ(error.code, EACCES);
    EXPECT_THAT(error.message, AllOf(HasSubstr(folder / "cacheT"), HasSubstr("chmod")));
  }
}

TEST_F(Directories, OfAnotherUserAreRefusedWithTheOwnersName) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a directory away";
  ASSERT_EQ(::mkdir((folder / "cacheT").c_str(), 0700), 0);
  ASSERT_EQ(::chown((folder / "cacheT").c_str(), somebody_else, 0), 0);
  const Error error = error_of(place("cacheT"));
  EXPECT_EQ(error.code, EACCES);
  EXPECT_THAT(error.message, AllOf(HasSubstr("uid 54321"), HasSubstr("set_trust")));
}

TEST_F(Directories, OfRootAreTrustedByAll) {
  if (!is_root()) GTEST_SKIP() << "needs root to become somebody else";
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  ASSERT_EQ(::mkdir((folder / "cacheT").c_str(), 0755), 0);
  ChildProcess child([&] {
    if (::setegid(some_group) != 0 || ::seteuid(somebody_else) != 0) return 2;
    return open_tag_directory(place("cacheT"), IfMissing::report).ok() ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Directories, ThatAGroupMayWriteAreRefused) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a directory to a group";
  ASSERT_EQ(::mkdir((folder / "cacheT").c_str(), 0700), 0);
  ASSERT_EQ(::chown((folder / "cacheT").c_str(), 0, some_group), 0);
  ASSERT_EQ(::chmod((folder / "cacheT").c_str(), 0770), 0);
  EXPECT_THAT(error_of(place("cacheT")).message, HasSubstr("group"));
}

TEST_F(Directories, OfAGroupAreMadeForItAndKeepItForWhatIsMadeInThem) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a directory to a group";
  const Trust trust = Trust::group(std::to_string(some_group));
  const mode_t before = ::umask(0077);
  const auto opened = open_tag_directory(place("cacheG", trust), IfMissing::create);
  ::umask(before);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(mode_of(folder / "cacheG"), 02770u);
  system::FileStatus status;
  ASSERT_EQ(system::status_of((*opened)->descriptor(), status), 0);
  EXPECT_EQ(status.gid, some_group);
  ASSERT_EQ(::chown((folder / "cacheG").c_str(), somebody_else, some_group), 0);
  ASSERT_EQ(::chmod((folder / "cacheG").c_str(), 02770), 0);
  forget_tag_directory(place("cacheG", trust));
  EXPECT_TRUE(open_tag_directory(place("cacheG", trust), IfMissing::create).ok()) << "whoever made it";
}

TEST_F(Directories, OfAnotherGroupOrForEverybodyAreRefusedToAGroup) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a directory to a group";
  const Trust trust = Trust::group(std::to_string(some_group));
  ASSERT_EQ(::mkdir((folder / "cacheG").c_str(), 0700), 0);
  EXPECT_THAT(error_of(place("cacheG", trust)).message, HasSubstr("chgrp"));
  ASSERT_EQ(::chown((folder / "cacheG").c_str(), 0, some_group), 0);
  ASSERT_EQ(::chmod((folder / "cacheG").c_str(), 02777), 0);
  EXPECT_THAT(error_of(place("cacheG", trust)).message, HasSubstr("chmod o-w"));
}

TEST_F(Directories, OfAnUnknownGroupAreRefused) {
  EXPECT_THAT(error_of(place("cacheG", Trust::group("no such group"))).message, HasSubstr("no such group"));
}

TEST_F(Directories, KnowWhenTheyAreNoLongerInPlace) {
  const TagDirectoryPtr opened = *open_tag_directory(place("cacheT"), IfMissing::create);
  EXPECT_TRUE(opened->still_in_place());
  std::filesystem::rename(folder / "cacheT", folder / "moved");
  EXPECT_FALSE(opened->still_in_place());
  ASSERT_EQ(::mkdir((folder / "cacheT").c_str(), 0700), 0);
  EXPECT_FALSE(opened->still_in_place()) << "another one of that name";
  forget_tag_directory(place("cacheT"));
  EXPECT_TRUE((*open_tag_directory(place("cacheT"), IfMissing::create))->still_in_place());
}

TEST_F(Directories, ThatWereExchangedAreOpenedAgainUnlessThatIsNotAsked) {
  const TagDirectoryPtr first = *open_tag_directory(place("cacheT"), IfMissing::create);
  std::filesystem::rename(folder / "cacheT", folder / "moved");
  EXPECT_EQ(*open_tag_directory(place("cacheT"), IfMissing::create, IfOpen::take), first);
  const auto none = open_tag_directory(place("cacheT"), IfMissing::report);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ENOENT);
  const TagDirectoryPtr second = *open_tag_directory(place("cacheT"), IfMissing::create);
  EXPECT_NE(second->inode(), first->inode());
  EXPECT_EQ(*open_tag_directory(place("cacheT"), IfMissing::create, IfOpen::take), second);
}

TEST_F(Directories, BehindALinkThatNowLeadsElsewhereAreOpenedAgain) {
  for (const char* const name : {"one", "two"}) ASSERT_EQ(::mkdir((folder / name).c_str(), 0700), 0);
  const Place behind{folder / "current", "cacheT", {}};
  ASSERT_EQ(::symlink("one", behind.tmpdir.c_str()), 0);
  const TagDirectoryPtr first = *open_tag_directory(behind, IfMissing::create);
  ASSERT_EQ(::unlink(behind.tmpdir.c_str()), 0);
  ASSERT_EQ(::symlink("two", behind.tmpdir.c_str()), 0);
  EXPECT_NE((*open_tag_directory(behind, IfMissing::create))->inode(), first->inode());
  EXPECT_EQ(mode_of(folder / "two/cacheT"), 0700u);
}

TEST_F(Directories, AreHeldAgainstCleaners) {
  const TagDirectoryPtr opened = *open_tag_directory(place("cacheT"), IfMissing::create);
  const system::Descriptor cleaner(system::open_at(AT_FDCWD, (folder / "cacheT").c_str(), O_RDONLY | O_DIRECTORY));
  EXPECT_EQ(::flock(cleaner.number(), LOCK_EX | LOCK_NB), -1);
  EXPECT_EQ(errno, EWOULDBLOCK);
}

TEST_F(Directories, BearASignatureForBackupProgramsOnce) {
  const TagDirectoryPtr opened = *open_tag_directory(place("cacheT"), IfMissing::create);
  write_cachedir_tag(*opened);
  EXPECT_THAT(read_all(folder / "cacheT/CACHEDIR.TAG"), StartsWith("Signature: 8a477f597d28d172789f06886806bc55\n"));
  write_all(folder / "cacheT/CACHEDIR.TAG", "the user's own");
  write_cachedir_tag(*opened);
  EXPECT_EQ(read_all(folder / "cacheT/CACHEDIR.TAG"), "the user's own");
}

TEST_F(Directories, HaveASignatureForThoseWhoMayReadTheirEntries) {
  const mode_t before = ::umask(077);
  for (const auto& [name, trust, mode] : {std::tuple{"cacheT", Trust::only_me(), 0600u},
                                          {"cacheP", Trust::plain(), 0644u},
                                          {"cacheG", Trust::group(std::to_string(::getegid())), 0640u}}) {
    const TagDirectoryPtr opened = *open_tag_directory(place(name, trust), IfMissing::create);
    write_cachedir_tag(*opened);
    EXPECT_EQ(mode_of(folder / (std::string(name) + "/CACHEDIR.TAG")), mode) << name;
  }
  ::umask(before);
}

TEST_F(Directories, KnowTheirOwnSignatureFromThatOfOthers) {
  const TagDirectoryPtr opened = *open_tag_directory(place("cacheT"), IfMissing::create);
  EXPECT_FALSE(has_our_cachedir_tag(*opened));
  write_cachedir_tag(*opened);
  EXPECT_TRUE(has_our_cachedir_tag(*opened));
  write_all(folder / "cacheT/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# of cargo\n");
  EXPECT_FALSE(has_our_cachedir_tag(*opened));
  write_all(folder / "cacheT/CACHEDIR.TAG", "");
  EXPECT_FALSE(has_our_cachedir_tag(*opened));
  ::unlink((folder / "cacheT/CACHEDIR.TAG").c_str());
  ASSERT_EQ(::mkfifo((folder / "cacheT/CACHEDIR.TAG").c_str(), 0600), 0);
  EXPECT_FALSE(has_our_cachedir_tag(*opened));
}

TEST_F(Directories, AFailingSignatureHarmsNobody) {
  const TagDirectoryPtr opened = *open_tag_directory(place("cacheT"), IfMissing::create);
  FailingCalls calls;
  calls.fail(system::Call::open, EROFS);
  write_cachedir_tag(*opened);
}

TEST_F(Directories, OfATagThatIsAPathAreMadeOneInTheOther) {
  const mode_t before = ::umask(0);
  const auto opened = open_tag_directory(place("cache/data/x"), IfMissing::create);
  ::umask(before);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  for (const char* name : {"cache", "cache/data", "cache/data/x"}) EXPECT_EQ(mode_of(folder / name), 0700u);
  EXPECT_EQ((*opened)->path(), folder / "cache/data/x");
  EXPECT_TRUE((*opened)->just_made());
  EXPECT_TRUE((*opened)->still_in_place());
  const auto beside = open_tag_directory(place("cache/data/y"), IfMissing::create);
  ASSERT_TRUE(beside.ok());
  EXPECT_TRUE((*beside)->just_made());
  EXPECT_FALSE((*open_tag_directory(place("cache/data"), IfMissing::create))->just_made());
}

TEST_F(Directories, OfATagThatIsAPathAreNotMadeWhereThatWasNotAsked) {
  const auto opened = open_tag_directory(place("cache/data/x"), IfMissing::report);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ENOENT);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(Directories, AreNotReachedThroughALinkOnTheWay) {
  std::filesystem::create_directories(folder / "real/data/x");
  ASSERT_EQ(::symlink("real", (folder / "cache").c_str()), 0);
  Error error = error_of(place("cache/data/x"));
  EXPECT_EQ(error.code, EACCES);
  EXPECT_THAT(error.message, AllOf(HasSubstr(folder / "cache "), HasSubstr("symbolic link")));
  ASSERT_EQ(::mkdir((folder / "cacheT").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("../real/data", (folder / "cacheT/data").c_str()), 0);
  error = error_of(place("cacheT/data/x"));
  EXPECT_EQ(error.code, EACCES);
  EXPECT_THAT(error.message, HasSubstr(folder / "cacheT/data "));
}

TEST_F(Directories, AreRefusedWhereOthersMayWriteOneOnTheWay) {
  ASSERT_TRUE(open_tag_directory(place("cache/data/x"), IfMissing::create).ok());
  forget_tag_directory(place("cache/data/x"));
  for (const char* name : {"cache", "cache/data"}) {
    for (const mode_t mode : {0702u, 0777u, 01777u}) {
      ASSERT_EQ(::chmod((folder / name).c_str(), mode), 0);
      const Error error = error_of(place("cache/data/x"));
      EXPECT_EQ(error.code, EACCES);
      EXPECT_THAT(error.message, AllOf(HasSubstr(folder / name + std::string(" ")), HasSubstr("chmod")));
      const auto plain = open_tag_directory(place("cache/data/x", Trust::plain()), IfMissing::report);
      ASSERT_TRUE(plain.ok());
      EXPECT_TRUE((*plain)->others_may_write()) << "by exchanging the directory itself";
      forget_tag_directory(place("cache/data/x", Trust::plain()));
    }
    ASSERT_EQ(::chmod((folder / name).c_str(), 0700), 0);
  }
  EXPECT_TRUE(open_tag_directory(place("cache/data/x"), IfMissing::report).ok());
}

TEST_F(Directories, AreRefusedBelowAnotherUsersDirectory) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a directory away";
  std::filesystem::create_directories(folder / "cache/data/x");
  ASSERT_EQ(::chown((folder / "cache/data").c_str(), somebody_else, 0), 0);
  const Error error = error_of(place("cache/data/x"));
  EXPECT_EQ(error.code, EACCES);
  EXPECT_THAT(error.message, AllOf(HasSubstr(folder / "cache/data "), HasSubstr("uid 54321")));
}

TEST_F(Directories, OfAGroupAreMadeForItWithAllThatLeadsToThem) {
  if (!is_root()) GTEST_SKIP() << "needs root to give a directory to a group";
  const Trust trust = Trust::group(std::to_string(some_group));
  ASSERT_TRUE(open_tag_directory(place("cacheG/night/1", trust), IfMissing::create).ok());
  for (const char* name : {"cacheG", "cacheG/night", "cacheG/night/1"}) {
    EXPECT_EQ(mode_of(folder / name), 02770u) << name;
    system::FileStatus status;
    ASSERT_EQ(system::status_at(AT_FDCWD, (folder / name).c_str(), status), 0);
    EXPECT_EQ(status.gid, some_group) << name;
  }
}

TEST_F(Directories, ThatAreFilesOnTheWayAreRefused) {
  write_all(folder / "cache", "x");
  EXPECT_EQ(error_of(place("cache/data/x")).code, EACCES);
}

TEST_F(Directories, WithoutRoomForTheLastAreAnError) {
  FailingCalls calls;
  calls.fail(system::Call::mkdir, ENOSPC);
  EXPECT_EQ(error_of(place("cache/data/x")).code, ENOSPC);
}

TEST(Places, HaveAPath) {
  EXPECT_EQ((Place{"/tmp", "cache/data/x", {}}.path()), "/tmp/cache/data/x");
  EXPECT_EQ((Place{"/tmp", "cacheT", {}}.path()), "/tmp/cacheT");
  EXPECT_EQ((Place{"/", "cacheT", {}}.path()), "/cacheT");
}

}  // namespace
}  // namespace cache_on_disk::entry
