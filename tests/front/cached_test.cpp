// Cached<T>: without a tag nothing is kept; with one, a value is computed once.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/processes.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using ::testing::ElementsAre;

/// Computes a number that changes, so that a second computation shows.
class Meter {
 public:
  CachedRef<double> value() const {
    return value_([this] {
      if (failing) throw std::domain_error("no light");
      return ++calls * 1.5;
    });
  }
  CachedRef<double> broken() const {
    return broken_([this]() -> double { throw ++calls; });
  }
  CachedRef<double> twice() const {
    return twice_([this] { return *value() * 2; });
  }
  /// Asks for itself while it is being computed.
  CachedRef<double> factorial() const {
    return factorial_([this]() -> double {
      ++calls;
      if (depth == 0) return 1;
      --depth;
      return *factorial() + 1;
    });
  }
  CachedRef<double> retagging() {
    return retagging_([this] {
      set_tag(*this, "later");
      return ++calls * 1.0;
    });
  }
  /// The second time the call under way has the first binding alone, and the cell the second.
  CachedRef<double> retagging_twice(int number) {
    return retagging_twice_(number, [this, number] {
      set_tag(*this, "second");
      set_tag(*this, "third");
      return ++calls * 1.0 + number;
    });
  }

  mutable int calls = 0;
  mutable int depth = 3;
  bool failing = false;

 private:
  Cached<double> value_, broken_, twice_, factorial_, retagging_;
  Cached<double(int)> retagging_twice_;
  CACHE_ON_DISK(Meter, value_, broken_, twice_, factorial_, retagging_, retagging_twice_)
};

class CachedValue : public testing::Test {
 protected:
  std::vector<std::string> files(const std::string& tag = "night") const {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& file : std::filesystem::directory_iterator(directory / ("cache" + tag), none))
      if (const std::string name = file.path().filename(); name.front() != '.' && name != "CACHEDIR.TAG")
        names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
  }
  template <class Root>
  void tag(Root& root, const std::string& name = "night") {
    set_tmpdir(root, directory.path());
    set_tag(root, name);
  }
  TemporaryDirectory directory;
};

TEST_F(CachedValue, IsComputedAtEachCallWithoutATagAndNothingIsWritten) {
  Meter meter;
  set_tmpdir(meter, directory.path());
  EXPECT_EQ(*meter.value(), 1.5);
  EXPECT_EQ(*meter.value(), 3.0);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST_F(CachedValue, IsComputedOnceUnderATagAndThenComesFromMemory) {
  Meter meter;
  tag(meter);
  EXPECT_EQ(*meter.value(), 1.5);
  std::filesystem::remove_all(directory / "cachenight");  // memory needs no file
  EXPECT_EQ(*meter.value(), 1.5);
  EXPECT_EQ(meter.calls, 1);
}

TEST_F(CachedValue, IsReadFromDiskByAnotherObject) {
  Meter first, second;
  tag(first), tag(second);
  EXPECT_EQ(*first.value(), 1.5);
  EXPECT_EQ(*second.value(), 1.5);
  EXPECT_EQ(second.calls, 0);
  EXPECT_EQ(statistics(second, "value").from_disk, 1u);
}

TEST_F(CachedValue, IsReadFromDiskByAnotherProcess) {
  Meter meter;
  tag(meter);
  EXPECT_EQ(*meter.value(), 1.5);
  ChildProcess reader([&] {
    Meter other;
    tag(other);
    return *other.value() == 1.5 && other.calls == 0 ? 0 : 1;
  });
  EXPECT_EQ(reader.wait(), 0);
}

TEST_F(CachedValue, IsKeptByAForkedChild) {
  Meter meter;
  tag(meter);
  EXPECT_EQ(*meter.value(), 1.5);
  std::filesystem::remove_all(directory / "cachenight");
  ChildProcess child([&] { return *meter.value() == 1.5 && meter.calls == 1 ? 0 : 1; });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(CachedValue, LiesInAFileNamedByTagInstanceClassAndMethod) {
  Meter meter;
  tag(meter);
  meter.value();
  EXPECT_THAT(files(), ElementsAre("root.Meter.value.npy"));
  EXPECT_EQ(get_disk_cacher(meter, "value").fullpath(), directory / "cachenight/root.Meter.value.npy");
}

TEST_F(CachedValue, IsSeparateForEachTag) {
  Meter meter;
  tag(meter, "first");
  EXPECT_EQ(*meter.value(), 1.5);
  tag(meter, "second");
  EXPECT_EQ(*meter.value(), 3.0);
  tag(meter, "first");
  EXPECT_EQ(*meter.value(), 1.5);
  EXPECT_EQ(meter.calls, 2);
}

TEST_F(CachedValue, PassesExceptionsOnAndStoresNothing) {
  Meter meter;
  tag(meter);
  meter.failing = true;
  EXPECT_THROW(meter.value(), std::domain_error);
  EXPECT_THAT(files(), ElementsAre());
  meter.failing = false;
  EXPECT_EQ(*meter.value(), 1.5);
}

TEST_F(CachedValue, PassesOnExceptionsThatAreNoStdException) {
  Meter meter;
  tag(meter);
  for (int i = 1; i <= 2; ++i) try {
      meter.broken();
      FAIL();
    } catch (const int thrown) {
      EXPECT_EQ(thrown, i);
    }
  EXPECT_THAT(files(), ElementsAre());
}

TEST_F(CachedValue, MayBeComputedFromOtherCachedValues) {
  Meter meter, again;
  tag(meter);
  EXPECT_EQ(*meter.twice(), 3.0);
  EXPECT_THAT(files(), ElementsAre("root.Meter.twice.npy", "root.Meter.value.npy"));
  tag(again);
  EXPECT_EQ(*again.twice(), 3.0);
  EXPECT_EQ(again.calls, 0);
}

TEST_F(CachedValue, GoesStraightToTheFunctionWhenItAsksForItself) {
  Meter meter, again;
  tag(meter);
  EXPECT_EQ(*meter.factorial(), 4.0);
  EXPECT_EQ(meter.calls, 4);
  EXPECT_EQ(*meter.factorial(), 4.0);  // the outermost value is the one that is kept
  tag(again);
  EXPECT_EQ(*again.factorial(), 4.0);
  EXPECT_EQ(again.calls, 0);
}

TEST_F(CachedValue, IsStoredUnderTheTagItsComputationBeganWith) {
  Meter meter, early;
  tag(meter, "early");
  EXPECT_EQ(*meter.retagging(), 1.0);
  EXPECT_THAT(files("early"), ElementsAre("root.Meter.retagging.npy"));
  EXPECT_THAT(files("later"), ElementsAre());
  EXPECT_EQ(explain(meter, "retagging").state,
            Explanation::State::missing);  // not buffered under the later one
  EXPECT_EQ(*meter.retagging(), 2.0);
  tag(early, "early");
  EXPECT_EQ(*early.retagging(), 1.0);
  EXPECT_EQ(early.calls, 0);
}

TEST_F(CachedValue, IsStoredUnderItsTagThoughTheObjectGotTwoOthersMeanwhile) {
  Meter meter;
  tag(meter, "first");
  EXPECT_EQ(*meter.retagging_twice(10), 11.0);
  EXPECT_THAT(files("first"), ElementsAre("root.Meter.retagging_twice(10).npy"));
  EXPECT_THAT(files("second"), ElementsAre());
  EXPECT_THAT(files("third"), ElementsAre());
  EXPECT_EQ(explain(meter, "retagging_twice", Arguments(10)).state, Explanation::State::missing);
}

TEST_F(CachedValue, IsComputedAnewAfterAVersionIsRaised) {
  struct Versioned {
    explicit Versioned(std::uint32_t number) : value_(version(number)) {}
    double get() {
      return *value_([this] { return value; });
    }
    double value = 0;
    Cached<double> value_;
    CACHE_ON_DISK(Versioned, value_)
  };
  Versioned one(1), two(2), again(2), old(1);
  one.value = 10, two.value = 20, again.value = 30, old.value = 40;
  tag(one), tag(two), tag(again), tag(old);
  EXPECT_EQ(one.get(), 10);
  EXPECT_EQ(two.get(), 20);
  EXPECT_THAT(files(), ElementsAre("root.Versioned.value.npy"));
  EXPECT_EQ(again.get(), 20);
  EXPECT_EQ(old.get(), 40);  // leaves the newer one alone, and stores beside it
  ASSERT_EQ(files().size(), 2u);
  Versioned old_again(1), new_again(2);
  tag(old_again), tag(new_again);
  EXPECT_EQ(old_again.get(), 40);
  EXPECT_EQ(new_again.get(), 20);
}

TEST_F(CachedValue, MakesATmpdirThatIsMissingForItsOwnerOnly) {
  Meter meter;
  set_tmpdir(meter, directory / "new/deeper");
  set_tag(meter, "night");
  EXPECT_EQ(*meter.value(), 1.5);
  const auto mode = [&](const std::string& path) {
    return static_cast<unsigned>(std::filesystem::status(directory / path).permissions());
  };
  EXPECT_EQ(mode("new/deeper/cachenight"), 0700u);
  EXPECT_EQ(mode("new/deeper"), 0700u);
  EXPECT_EQ(mode("new/deeper/cachenight/root.Meter.value.npy"), 0600u);
  EXPECT_TRUE(std::filesystem::exists(directory / "new/deeper/cachenight/CACHEDIR.TAG"));
}

}  // namespace
}  // namespace cache_on_disk
