// What is asked of one method or of a whole root: paths, put, refresh, clear, explain, statistics; and DiskCacher.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include "store/entry_lock.hpp"
#include "store/tag_directory.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using State = Explanation::State;

struct Part {
  double value() const {
    return *value_([this] {
      if (failing) throw std::runtime_error("no light");
      return ++calls * 1.0;
    });
  }
  double at(int i) const {
    return *at_(i, [this] { return ++calls * 1.0; });
  }
  mutable int calls = 0;
  bool failing = false;
  Cached<double> value_;
  Cached<double(int)> at_;
  CACHE_ON_DISK(Part, value_, at_)
};
struct Tree {
  Part a_, b_;
  CACHE_ON_DISK(Tree, a_, b_)
};

class Manage : public testing::Test {
 protected:
  Manage() {
    set_tmpdir(tree, directory.path());
    set_tag(tree, "night");
  }
  /// The same tree as another program would have it.
  Tree reopened() const {
    Tree other;
    set_tmpdir(other, directory.path());
    set_tag(other, "night");
    return other;
  }
  TemporaryDirectory directory;
  Tree tree;
};

TEST_F(Manage, PathsNeedATag) {
  EXPECT_EQ(get_disk_cacher(tree.b_, "at").fullpath(Arguments(3)), directory / "cachenight/root.b.Part.at(3).npy");
  EXPECT_EQ(get_disk_cacher(tree.b_, "value").entry_path(), directory / "cachenight/root.b.Part.value.npy");
  clear_tag(tree);
  EXPECT_THROW((void)get_disk_cacher(tree.b_, "value").fullpath(), TagNotSetException);
  EXPECT_THROW((void)get_disk_cacher(tree.b_, "value").entry_path(), TagNotSetException);
  EXPECT_THROW(put(tree.b_, "value", 1.0), TagNotSetException);
  const Part never_tagged;
  EXPECT_THROW((void)get_disk_cacher(never_tagged, "value").fullpath(), TagNotSetException);
}

TEST_F(Manage, UnknownMethodsListTheKnownOnes) {
  try {
    (void)get_disk_cacher(tree.a_, "walue");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("'walue'"), HasSubstr("Part.value"), HasSubstr("Part.at")));
  }
  EXPECT_THROW((void)get_disk_cacher(tree, "value"),
               std::invalid_argument);  // that of a part is not the tree's
  EXPECT_THROW((void)get_disk_cacher(tree.a_, ""), std::invalid_argument);
  EXPECT_THROW((void)get_disk_cacher(tree.a_, "Other.value"), std::invalid_argument);
}

TEST_F(Manage, PutStoresAsIfTheFunctionHadReturnedIt) {
  put(tree.a_, "value", 42.0);
  put(tree.a_, "at", Arguments(3), 43.0);
  EXPECT_EQ(tree.a_.value(), 42);
  EXPECT_EQ(tree.a_.at(3), 43);
  Tree read = reopened();
  EXPECT_EQ(read.a_.value(), 42);
  EXPECT_EQ(read.a_.at(3), 43);
  EXPECT_EQ(tree.a_.calls + read.a_.calls, 0);
}

TEST_F(Manage, PutReplacesWhatIsStoredAndInMemory) {
  tree.a_.value(), tree.a_.at(3);
  put(tree.a_, "value", 42.0);
  put(tree.a_, "at", Arguments(3), 43.0);
  EXPECT_EQ(tree.a_.value(), 42);
  EXPECT_EQ(tree.a_.at(3), 43);
  Tree read = reopened();
  EXPECT_EQ(read.a_.value(), 42);
  EXPECT_EQ(read.a_.at(3), 43);
}

TEST_F(Manage, PutReplacesWhatAnotherProcessStoresMeanwhile) {
  TemporaryDirectory elsewhere;
  Tree other;
  set_tmpdir(other, elsewhere.path());
  set_tag(other, "night");
  EXPECT_EQ(other.a_.value(), 1);  // names itself as ours does

  std::filesystem::create_directory(directory / "cachenight");
  std::filesystem::permissions(directory / "cachenight", std::filesystem::perms::owner_all);
  const auto opened = entry::open_tag_directory({directory.path(), "cachenight", {}}, entry::IfMissing::report);
  ASSERT_TRUE(opened);
  auto lock = std::make_unique<entry::EntryLock>(*opened, "root.a.Part.value");
  ASSERT_EQ(lock->try_acquire(), entry::EntryLock::State::held);
  std::jthread putting([&] { put(tree.a_, "value", 42.0); });
  while (statistics(tree.a_, "value").waited == 0) std::this_thread::yield();
  std::filesystem::copy_file(elsewhere / "cachenight/root.a.Part.value.npy",
                             directory / "cachenight/root.a.Part.value.npy");
  lock.reset();
  putting.join();
  EXPECT_EQ(tree.a_.value(), 42);
  EXPECT_EQ(reopened().a_.value(), 42);
}

TEST_F(Manage, PutAndRefreshLeaveAFileOfAnotherTypeAloneThatBearsNoTrailer) {
  std::filesystem::create_directory(directory / "cachenight");
  std::filesystem::permissions(directory / "cachenight", std::filesystem::perms::owner_all);
  std::string text = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
  text.resize(117, ' ');
  const std::string array = std::string("\x93NUMPY\1\0v\0", 10) + text + "\n" + std::string(16, '\0');
  const std::string file = directory / "cachenight/root.a.Part.value.npy";
  std::ofstream(file, std::ios::binary) << array;
  const auto size = std::filesystem::file_size(file);
  refresh(tree.a_, "value");
  EXPECT_EQ(tree.a_.value(), 1);
  EXPECT_EQ(std::filesystem::file_size(file), size);
  put(tree.a_, "value", 42.0);
  EXPECT_EQ(std::filesystem::file_size(file), size);
  EXPECT_EQ(reopened().a_.value(), 42) << "ours lies beside";
}

TEST_F(Manage, ExplainAndStatisticsTellOfTroubleWithOneEntry) {
  std::filesystem::create_directory(directory / "cachenight");
  std::filesystem::permissions(directory / "cachenight", std::filesystem::perms::owner_all);
  std::filesystem::create_directory(directory / "cachenight/root.a.Part.value.npy");
  set_trouble_handler([](const Trouble&) {});
  EXPECT_EQ(tree.a_.value(), 1);
  set_trouble_handler({});
  EXPECT_THAT(explain(tree.a_, "value").troubles, SizeIs(1)) << "one cause, told once";
  EXPECT_THAT(explain(tree.b_, "value").troubles, IsEmpty());
  EXPECT_THAT(statistics(tree).troubles, SizeIs(1));
}

TEST_F(Manage, ExplainTellsOfARefreshThatIsToCome) {
  tree.a_.value(), tree.a_.at(3), tree.a_.at(4);
  refresh(tree);
  EXPECT_EQ(explain(tree.a_, "value").state, State::refresh);
  EXPECT_THAT(explain(tree.a_, "value").reason, HasSubstr("anew"));
  EXPECT_EQ(explain(tree.b_, "value").state, State::missing);
  tree.a_.value(), tree.a_.at(3);
  EXPECT_EQ(explain(tree.a_, "value").state, State::memory);
  EXPECT_EQ(explain(tree.a_, "at", Arguments(3)).state, State::memory);
  EXPECT_EQ(explain(tree.a_, "at", Arguments(4)).state, State::refresh);
}

TEST_F(Manage, ArgumentsThatNoCallCouldHaveAreRefused) {
  struct Filtered {
    double at(double wavelength, const std::string& band, bool wide) const {
      return *at_(wavelength, band, wide, [] { return 1.0; });
    }
    Cached<double(double, std::string, bool)> at_;
    CACHE_ON_DISK(Filtered, at_)
  } filtered;
  set_tmpdir(filtered, directory.path());
  set_tag(filtered, "night");
  filtered.at(2, "K", true);
  EXPECT_EQ(explain(filtered, "at", Arguments(2.0, "K", true)).state, State::memory);
  EXPECT_EQ(explain(filtered, "at", Arguments(2.0F, std::string_view("K"), true)).state, State::memory);
  try {
    (void)explain(filtered, "at", Arguments(2, "K", 1));
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("(floating point, text, bool), not (integer, text, integer)"));
  }
  EXPECT_THROW(put(filtered, "at", Arguments(2.0), 1.0), std::invalid_argument);
  EXPECT_THROW(put(tree.a_, "at", 1.0), std::invalid_argument);
  EXPECT_THROW(put(tree.a_, "value", Arguments(1), 1.0), std::invalid_argument);
  EXPECT_EQ(explain(tree.a_, "at").state, State::by_arguments);
}

TEST_F(Manage, PutOfAnotherTypeIsRefused) {
  EXPECT_THROW(put(tree.a_, "value", 42), std::invalid_argument);
  EXPECT_THROW(put(tree.a_, "value", 1.5F), std::invalid_argument);
  EXPECT_THROW(put(tree.a_, "value", std::string("x")), std::invalid_argument);
  EXPECT_EQ(explain(tree.a_, "value").state, State::missing);
}

TEST_F(Manage, RefreshComputesAnewOnceAndReplaces) {
  tree.a_.value(), tree.a_.at(1), tree.a_.at(2);
  refresh(tree.a_, "value");
  EXPECT_EQ(reopened().a_.value(), 1);  // until then the stored value serves others
  EXPECT_EQ(tree.a_.value(), 4);
  EXPECT_EQ(tree.a_.value(), 4);
  EXPECT_EQ(reopened().a_.value(), 4);
  refresh(tree);
  EXPECT_EQ(tree.a_.value(), 5);
  EXPECT_EQ(tree.a_.at(2), 6);
  EXPECT_EQ(tree.a_.at(1), 7);
  EXPECT_EQ(tree.a_.at(2), 6);
  EXPECT_EQ(reopened().a_.at(2), 6);
}

TEST_F(Manage, RefreshStandsUntilTheFunctionSucceeds) {
  tree.a_.value();
  refresh(tree.a_, "value");
  tree.a_.failing = true;
  EXPECT_THROW(tree.a_.value(), std::runtime_error);
  tree.a_.failing = false;
  EXPECT_EQ(tree.a_.value(), 2);
}

TEST_F(Manage, RefreshIsOfOneTag) {
  tree.a_.value();
  refresh(tree);
  set_tag(tree, "other");
  set_tag(tree, "night");
  EXPECT_EQ(tree.a_.value(), 1);
}

TEST_F(Manage, ClearDeletesWhatIsStoredAndInMemoryCalledOrNot) {
  tree.a_.value(), tree.a_.at(1), tree.b_.value();
  Tree other = reopened();  // calls nothing
  EXPECT_EQ(clear_cache(other.a_, "at").deleted, 1u);
  EXPECT_EQ(explain(tree.a_, "at", Arguments(1)).state, State::memory);
  EXPECT_EQ(clear_cache(other).deleted, 2u);
  EXPECT_EQ(clear_cache(tree).deleted, 0u);
  EXPECT_EQ(tree.a_.value(), 3);
}

TEST_F(Manage, ClearOfByArgumentsMethodsTakesNoOthers) {
  tree.a_.at(1), tree.a_.at(2), tree.b_.at(1), tree.a_.value();
  put(tree.a_, "at", Arguments(3), 1.0);
  EXPECT_EQ(get_disk_cacher(tree.a_, "at").clear_cache().deleted, 3u);
  EXPECT_EQ(explain(tree.b_, "at", Arguments(1)).state, State::memory);
  EXPECT_TRUE(std::filesystem::exists(get_disk_cacher(tree.b_, "at").fullpath(Arguments(1))));
}

TEST_F(Manage, ExplainTellsWhereAValueIs) {
  EXPECT_EQ(explain(tree.a_, "value").state, State::missing);
  tree.a_.value();
  const Explanation stored = explain(tree.a_, "value");
  EXPECT_EQ(stored.state, State::memory);
  EXPECT_EQ(stored.method, "root.a.Part.value");
  EXPECT_EQ(stored.path, directory / "cachenight/root.a.Part.value.npy");
  EXPECT_EQ(stored.entry_path, stored.path);
  EXPECT_EQ(stored.type, "pickle");
  EXPECT_EQ(stored.size, std::filesystem::file_size(stored.path));
  EXPECT_LT(stored.age, 60);
  EXPECT_FALSE(stored.unchecked);
  EXPECT_EQ(explain(reopened().a_, "value").state, State::disk);
  const std::vector<Explanation> all = explain(tree);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].state, State::memory);
  EXPECT_EQ(all[1].state, State::by_arguments);  // has no one place on disk
  EXPECT_EQ(all[1].method, "root.a.Part.at");
  EXPECT_EQ(all[1].path, "");
  clear_tag(tree);
  EXPECT_EQ(explain(tree.a_, "value").state, State::untagged);
  EXPECT_EQ(explain(tree)[1].state, State::untagged);
  std::ostringstream text;
  text << stored;
  EXPECT_THAT(text.str(), AllOf(HasSubstr("root.a.Part.value: memory"), HasSubstr("pickle")));
}

TEST_F(Manage, ExplainWritesNothing) {
  TemporaryDirectory empty;
  set_tmpdir(tree, empty / "new");
  EXPECT_EQ(explain(tree.a_, "value").state, State::missing);
  EXPECT_EQ(explain(tree).front().state, State::missing);
  EXPECT_TRUE(std::filesystem::is_empty(empty.path()));
}

TEST_F(Manage, StatisticsBeginAnewWithATag) {
  tree.a_.value(), tree.b_.value();
  set_tag(tree, "another");
  EXPECT_EQ(statistics(tree).total.computed, 0u);
  tree.a_.value();
  EXPECT_EQ(statistics(tree).total.computed, 1u);
}

TEST_F(Manage, StatisticsCountByMethodAndInTotal) {
  tree.a_.value(), tree.a_.value(), tree.b_.value(), tree.a_.at(1);
  Tree read = reopened();
  read.a_.value();
  read.a_.at(2);
  const Statistics first = statistics(tree), second = statistics(read);
  ASSERT_EQ(first.methods.size(), 2u);
  EXPECT_EQ(first.methods[0].method, "Part.at");
  EXPECT_EQ(first.methods[1].method, "Part.value");
  EXPECT_EQ(first.methods[1].objects, 2u);
  EXPECT_EQ(first.methods[1].computed, 2u);
  EXPECT_EQ(first.methods[1].stored, 2u);
  EXPECT_EQ(first.total.computed, 3u);
  EXPECT_GT(first.total.bytes_written, 100u);
  EXPECT_EQ(second.total.from_disk, 1u);
  EXPECT_EQ(second.total.computed, 1u);
  EXPECT_EQ(second.total.bytes_read, std::filesystem::file_size(get_disk_cacher(read.a_, "value").fullpath()));
  EXPECT_EQ(statistics(read.a_, "value").from_disk, 1u);
  EXPECT_EQ(get_disk_cacher(read.a_, "value").statistics().method, "Part.value");
  std::ostringstream text;
  text << second;
  EXPECT_THAT(text.str(), AllOf(HasSubstr("Part.value"), HasSubstr("total")));
}

TEST_F(Manage, StatisticsListCallsOnCellsThatWereForgotten) {
  Part forgotten;
  const auto call = [&] { return forgotten.value(); };
  call(), call();
  const auto calls = [&]() -> std::uint64_t {
    std::uint64_t count = 0;
    for (const auto& [site, times] : statistics(tree).untagged_calls)
      if (site.find("manage_test.cpp:") != std::string::npos) count += times;
    return count;
  };
  EXPECT_EQ(calls(), 2u);
  clear_tag(tree);
  call();  // with no root tagged nothing is forgotten
  EXPECT_EQ(calls(), 2u);
}

TEST(DiskCacherAlone, CachesAFunction) {
  const TemporaryDirectory directory;
  int calls = 0;
  const auto function = [&] { return std::vector<double>{++calls * 1.0}; };
  DiskCacher cacher(function, "Residuals.modes"), other(function, "Residuals.modes");
  EXPECT_EQ(cacher.execute()->front(), 1);
  EXPECT_EQ(cacher.execute()->front(), 2);
  EXPECT_THROW((void)cacher.fullpath(), TagNotSetException);
  for (auto* const one : {&cacher, &other}) {
    one->set_tmpdir(directory.path());
    one->set_tag("night");
  }
  EXPECT_EQ(cacher.fullpath(), directory / "cachenight/root.Residuals.modes.npy");
  EXPECT_EQ(cacher.execute()->front(), 3);
  EXPECT_EQ(cacher.execute()->front(), 3);
  EXPECT_EQ(other.execute()->front(), 3);
  EXPECT_EQ(other.statistics().from_disk, 1u);
  EXPECT_EQ(cacher.explain().state, State::memory);
  cacher.refresh();
  EXPECT_EQ(cacher.execute()->front(), 4);
  cacher.put({9});
  EXPECT_EQ(cacher.execute()->front(), 9);
  EXPECT_EQ(cacher.clear_cache().deleted, 1u);
  cacher.set_prefix("p");
  cacher.set_tag("night", "root.loops[3]");
  EXPECT_EQ(cacher.fullpath(), directory / "pnight/root.loops[3].Residuals.modes.npy");
  EXPECT_EQ(cacher.entry_path(), cacher.fullpath());
  EXPECT_EQ(cacher.execute()->front(), 5);
  cacher.clear_tag();
  EXPECT_EQ(cacher.execute()->front(), 6);
}

TEST(DiskCacherAlone, RefusesAnUnusableTagAndChangesNothing) {
  const TemporaryDirectory directory;
  DiskCacher cacher([] { return 1.5; }, "f");
  cacher.set_tmpdir(directory.path());
  cacher.set_tag("night");
  EXPECT_THROW(cacher.set_tag("a/../b", "other"), std::invalid_argument);
  EXPECT_THROW(cacher.set_prefix("."), std::invalid_argument);
  EXPECT_EQ(cacher.fullpath(), directory / "cachenight/root.f.npy");
}

/// Names are the user's here, and must not lead out of the tag's directory.
TEST(DiskCacherAlone, RefusesNamesThatAreNoFileNames) {
  const TemporaryDirectory directory;
  for (const char* const name : {"a/b", "../../evil", "new\nline", ""})
    EXPECT_THROW(DiskCacher([] { return 1.5; }, name).set_tag("night"), std::invalid_argument) << name;
  DiskCacher cacher([] { return 1.5; }, "f");
  for (const char* const instance : {"../evil", ".hidden", "a/b", ""})
    EXPECT_THROW(cacher.set_tag("night", instance), std::invalid_argument) << instance;
}

}  // namespace
}  // namespace cache_on_disk
