// Deleting entries and tag directories without disturbing anybody.
#include "upkeep/removal.hpp"

#include "entry/entry_fixture.hpp"
#include "format/tag_files.hpp"
#include "store/entry_lock.hpp"
#include "support/failing_calls.hpp"

namespace cache_on_disk::entry {
namespace {

class RemovalTest : public EntryTest {
 protected:
  std::string name = key.plain_file();
  system::FileStatus status() const {
    system::FileStatus found;
    EXPECT_EQ(system::status_at(directory->descriptor(), name.c_str(), found), 0);
    return found;
  }
};

TEST_F(RemovalTest, TakesTheFileThatWasJudged) {
  stored(key, npy_payload(3));
  EXPECT_EQ(remove_entry(directory, name, key.stem, status()), Removal::removed);
  EXPECT_FALSE(exists(name));
  EXPECT_EQ(remove_entry(directory, name, key.stem, {}), Removal::missing);
}

TEST_F(RemovalTest, LeavesAFileThatCameInItsPlace) {
  stored(key, npy_payload(3));
  const system::FileStatus judged = status();
  stored(key, npy_payload(4));
  EXPECT_EQ(remove_entry(directory, name, key.stem, judged), Removal::changed);
  EXPECT_TRUE(exists(name));
}

TEST_F(RemovalTest, LeavesAFileThatWasRewritten) {
  stored(key, npy_payload(3));
  system::FileStatus judged = status();
  ++judged.modified_nanoseconds;
  EXPECT_EQ(remove_entry(directory, name, key.stem, judged), Removal::changed);
}

TEST_F(RemovalTest, LeavesAnEntryThatIsBeingComputed) {
  stored(key, npy_payload(3));
  EntryLock holder(directory, key.stem);
  ASSERT_EQ(holder.try_acquire(), EntryLock::State::held);
  EXPECT_EQ(remove_entry(directory, name, key.stem, status()), Removal::busy);
  EXPECT_TRUE(exists(name));
}

TEST_F(RemovalTest, OfADirectoryNeedsItToHoldNothingElse) {
  write_cachedir_tag(*directory);
  for (const char* const other : {"notes.txt", "root.A.m.npy", ".tmp-0123456789abcdef", ".hidden"}) {
    write_all(path(other), "x");
    EXPECT_EQ(remove_tag_directory(*directory), Removal::changed) << other;
    EXPECT_TRUE(exists("CACHEDIR.TAG"));
    ::unlink(path(other).c_str());
  }
  ASSERT_EQ(::symlink("elsewhere", path(".lock").c_str()), 0);
  EXPECT_EQ(remove_tag_directory(*directory), Removal::changed) << "a link is not the lock file";
  ::unlink(path(".lock").c_str());
  EXPECT_EQ(remove_tag_directory(*directory), Removal::removed);
  EXPECT_FALSE(exists(""));
}

TEST_F(RemovalTest, OfADirectoryNeedsASignThatACacheMadeIt) {
  EXPECT_EQ(remove_tag_directory(*directory), Removal::changed) << "empty, and perhaps somebody's own";
  EXPECT_TRUE(exists(""));
  EXPECT_FALSE(exists(".lock")) << "and is left as it was";
  write_all(path("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n# of another program\n");
  EXPECT_EQ(remove_tag_directory(*directory), Removal::changed);
  EXPECT_TRUE(exists("CACHEDIR.TAG"));
  ::unlink(path("CACHEDIR.TAG").c_str());
  write_all(path(".lock"), "");
  EXPECT_EQ(remove_tag_directory(*directory), Removal::removed);
}

TEST_F(RemovalTest, OfADirectoryWaitsForNobodyWhoComputesInIt) {
  EntryLock holder(directory, "root.A.other");
  ASSERT_EQ(holder.try_acquire(), EntryLock::State::held);
  EXPECT_EQ(remove_tag_directory(*directory), Removal::busy);
  EXPECT_TRUE(exists(".lock"));
  holder.release();
  EXPECT_EQ(remove_tag_directory(*directory), Removal::removed);
}

TEST_F(RemovalTest, OfADirectoryThatFailsMarksItAgain) {
  write_cachedir_tag(*directory);
  FailingCalls calls;
  for (const auto& [code, removal] : {std::pair{EBUSY, Removal::failed}, {ENOTEMPTY, Removal::changed}}) {
    calls.fail(FailingCalls::Call::rmdir, code);
    EXPECT_EQ(remove_tag_directory(*directory), removal) << code;
    EXPECT_EQ(errno, code);
    EXPECT_TRUE(exists("CACHEDIR.TAG")) << code;
  }
  calls.fail(FailingCalls::Call::rmdir, 0);
  EXPECT_EQ(remove_tag_directory(*directory), Removal::removed);
}

TEST_F(RemovalTest, OfATagThatIsAPathTakesWhatLedToItAlone) {
  const auto first = *open_tag_directory({folder.path(), "cache/data/x", {}}, IfMissing::create);
  const auto second = *open_tag_directory({folder.path(), "cache/more/y", {}}, IfMissing::create);
  for (const auto& one : {first, second}) write_cachedir_tag(*one);
  EXPECT_EQ(remove_tag_directory(*first), Removal::removed);
  EXPECT_FALSE(std::filesystem::exists(folder / "cache/data"));
  EXPECT_TRUE(std::filesystem::exists(folder / "cache/more/y")) << "another tag";
  write_all(folder / "cache/more/notes.txt", "somebody's");
  EXPECT_EQ(remove_tag_directory(*second), Removal::removed);
  EXPECT_TRUE(std::filesystem::exists(folder / "cache/more/notes.txt"));
  EXPECT_FALSE(std::filesystem::exists(folder / "cache/more/y"));
  EXPECT_TRUE(std::filesystem::exists(folder.path()));
}

TEST_F(RemovalTest, OfATagLeavesTheTagsBelowIt) {
  const auto inner = *open_tag_directory({folder.path(), "cacheN/inner", {}}, IfMissing::create);
  const auto outer = *open_tag_directory({folder.path(), "cacheN", {}}, IfMissing::create);
  EXPECT_EQ(remove_tag_directory(*outer), Removal::changed);
  EXPECT_TRUE(inner->still_in_place());
}

TEST(TagFiles, AreToldByName) {
  EXPECT_EQ(role_of("root.A.m.npy"), FileRole::entry);
  EXPECT_EQ(role_of(".tmp-00"), FileRole::temporary);
  EXPECT_EQ(role_of(".lock"), FileRole::lock);
  EXPECT_EQ(role_of("CACHEDIR.TAG"), FileRole::cachedir_tag);
  for (const char* const foreign : {"notes.txt", ".npy", ".hidden.npy", "x.npy.bak", ".lock2", "cachedir.tag"})
    EXPECT_EQ(role_of(foreign), FileRole::foreign) << foreign;
}

TEST(TagFiles, HaveTheFormOfAnEntryOnlyWithObjectClassAndMethod) {
  for (const char* const entry : {"root.A.m.npy", "root.list[3].Loop.gain.npy", "root.A.m(3,'x.y').npy",
                                  "a.B.c(1.5).npy", "root[(1,2)].Loop.gain.npy", "root['a(b'].Loop.gain(2).npy"})
    EXPECT_TRUE(has_form_of_entry(entry)) << entry;
  for (const char* const other :
       {"data.npy", "data.v2.npy", ".A.m.npy", "root..m.npy", "root.A..npy", "data(1.2.3).npy"})
    EXPECT_FALSE(has_form_of_entry(other)) << other;
}

TEST(TagFiles, ArgumentsAreNotWhatStandsInTheKeysOfAnInstance) {
  EXPECT_EQ(without_arguments("root.A.m"), "root.A.m");
  EXPECT_EQ(without_arguments("root.A.m()"), "root.A.m");
  EXPECT_EQ(without_arguments("root[(1,2)].A.m(3)"), "root[(1,2)].A.m");
  EXPECT_EQ(without_arguments("root['](['].A.m('(',[)"), "root['](['].A.m");
}

TEST(TagFiles, TellTheirStemUnlessItIsShortenedOrBeside) {
  EXPECT_EQ(stem_of("root.A.m.npy"), "root.A.m");
  EXPECT_EQ(stem_of("root.A.m~0123abcd.npy"), std::nullopt);
  EXPECT_EQ(stem_of(plain_file(std::string(300, 'x'))), std::nullopt);
  EXPECT_EQ(stem_of("notes.txt"), std::nullopt);
  EXPECT_TRUE(is_file_of("root.A.m", "root.A.m.npy"));
  EXPECT_TRUE(is_file_of("root.A.m", "root.A.m~0123abcd.npy"));
  for (const char* const other : {"root.A.m~0123abcd.npz", "root.A.m~0123abc.npy", "root.A.m~0123ABCD.npy",
                                  "root.A.m2.npy", "root.A.m", "root.A.m.np"})
    EXPECT_FALSE(is_file_of("root.A.m", other)) << other;
}

}  // namespace
}  // namespace cache_on_disk::entry
