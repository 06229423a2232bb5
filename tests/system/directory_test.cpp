#include "files/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <map>

#include "support/failing_calls.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk::system {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

mode_t mode_of(const std::string& path) {
  FileStatus status;
  return status_at(AT_FDCWD, path.c_str(), status) == 0 ? status.mode & 07777 : 0;
}

TEST(Directory, MakesMissingParentsForTheirOwnerOnly) {
  const TemporaryDirectory folder;
  const mode_t before = ::umask(0);
  const bool made = make_directories(folder / "a/b/c").ok() && make_directories(folder / "a/b/d/").ok();
  ::umask(before);
  ASSERT_TRUE(made);
  for (const char* name : {"a", "a/b", "a/b/c", "a/b/d"}) EXPECT_EQ(mode_of(folder / name), 0700u) << name;
  EXPECT_TRUE(make_directories(folder / "a/b/c").ok()) << "what is there is no failure";
}

TEST(Directory, TellsWhyOneCannotBeMade) {
  const TemporaryDirectory folder;
  Descriptor(open_at(AT_FDCWD, (folder / "file").c_str(), O_WRONLY | O_CREAT, 0600)).reset();
  const auto made = make_directories(folder / "file/below");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ENOTDIR);
  EXPECT_THAT(made.error().message, ::testing::HasSubstr("file/below"));
}

TEST(Directory, OpensALinkOnlyWhereLinksAreFollowed) {
  const TemporaryDirectory folder;
  ASSERT_TRUE(make_directories(folder / "real"));
  ASSERT_EQ(::symlink("real", (folder / "link").c_str()), 0);
  EXPECT_TRUE(open_directory(AT_FDCWD, folder / "link", true).ok());
  const auto refused = open_directory(AT_FDCWD, folder / "link", false);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(refused.error().code == ENOTDIR || refused.error().code == ELOOP);
  EXPECT_EQ(open_directory(AT_FDCWD, folder / "none", true).error().code, ENOENT);
}

TEST(Directory, ListsEachNameOnceAndAgain) {
  const TemporaryDirectory folder;
  ASSERT_TRUE(make_directories(folder / "b"));
  ASSERT_TRUE(make_directories(folder / ".a"));
  const auto directory = open_directory(AT_FDCWD, folder.path(), true);
  ASSERT_TRUE(directory.ok());
  const auto before = open_descriptors();
  for (int round = 0; round < 2; ++round) {
    const auto names = list_directory(directory->number());
    ASSERT_TRUE(names.ok());
    EXPECT_THAT(*names, UnorderedElementsAre("b", ".a"));
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(Directory, TellsWhatItsNamesLeadTo) {
  const TemporaryDirectory folder;
  Descriptor(open_at(AT_FDCWD, (folder / "file").c_str(), O_WRONLY | O_CREAT, 0600)).reset();
  ASSERT_TRUE(make_directories(folder / "directory"));
  ASSERT_EQ(::symlink("directory", (folder / "link").c_str()), 0);
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const auto directory = open_directory(AT_FDCWD, folder.path(), true);
  auto stream = DirectoryStream::open(directory->number());
  ASSERT_TRUE(stream.ok());
  std::map<std::string, FileKind> kinds;
  for (auto entry = stream->next(); entry.ok() && *entry; entry = stream->next())
    kinds.emplace((*entry)->name, (*entry)->kind);
  const std::map<std::string, FileKind> expected = {{"file", FileKind::regular},
                                                    {"directory", FileKind::directory},
                                                    {"link", FileKind::link},
                                                    {"pipe", FileKind::other}};
  EXPECT_EQ(kinds, expected);
}

TEST(Directory, ListingReportsFailure) {
  const TemporaryDirectory folder;
  const auto directory = open_directory(AT_FDCWD, folder.path(), true);
  FailingCalls calls;
  calls.fail(Call::open, EMFILE);
  const auto names = list_directory(directory->number());
  ASSERT_FALSE(names.ok());
  EXPECT_EQ(names.error().code, EMFILE);
}

TEST(Directory, AbsolutePathsStayAndRelativeOnesStartHere) {
  EXPECT_EQ(absolute_path("/a/../b"), "/a/../b");
  EXPECT_EQ(absolute_path("a/b"), (std::filesystem::current_path() / "a/b").string());
}

TEST(Directory, TellsWhetherFilesCanBeMade) {
  const TemporaryDirectory folder;
  Descriptor(open_at(AT_FDCWD, (folder / "file").c_str(), O_WRONLY | O_CREAT, 0700)).reset();
  EXPECT_TRUE(is_writable_directory(folder.path()));
  EXPECT_FALSE(is_writable_directory(folder / "file"));
  EXPECT_FALSE(is_writable_directory(folder / "none"));
}

}  // namespace
}  // namespace cache_on_disk::system
