// Copies, moves and assignments of objects with cells: a copy is untagged and empty, constructed or assigned; a move carries
// everything. algorithms_test.cpp drives them through the standard library.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gtest/gtest.h>

#include <vector>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

struct Loop {
  explicit Loop(double start = 0) : gain(start) {}
  double value() const {
    return *value_([this] { return ++calls, gain; });
  }
  double at(int i) const {
    return *at_(i, [this, i] { return ++calls, gain + i; });
  }
  double gain;
  mutable int calls = 0;
  Cached<double> value_;
  Cached<double(int)> at_;
  CACHE_ON_DISK(Loop, value_, at_)
};

struct System {
  std::vector<Loop> loops_;
  Loop single_;
  CACHE_ON_DISK(System, loops_, single_)
};

static_assert(std::is_nothrow_move_constructible_v<Loop> && std::is_nothrow_move_assignable_v<Loop>);
static_assert(std::is_nothrow_move_constructible_v<Cached<std::string>>);
static_assert(std::is_nothrow_move_constructible_v<Cached<double(int)>>);
static_assert(std::is_nothrow_move_assignable_v<Cached<double(int)>>);

class Copies : public testing::Test {
 protected:
  template <class Root>
  void tag(Root& root, const std::string& name = "night") {
    set_tmpdir(root, directory.path());
    set_tag(root, name);
  }
  static Explanation::State state(const Loop& loop) { return explain(loop, "value").state; }
  static std::string place(const Loop& loop) {
    return std::filesystem::path(get_disk_cacher(loop, "value").fullpath()).filename();
  }
  static bool is_tagged(const Loop& loop) { return state(loop) != Explanation::State::untagged; }
  TemporaryDirectory directory;
};

TEST_F(Copies, AreUntaggedAndEmpty) {
  Loop original(1);
  tag(original);
  original.value(), original.at(1);
  const Loop copy(original);
  EXPECT_FALSE(is_tagged(copy));
  EXPECT_EQ(copy.value() + copy.at(1), 3);
  EXPECT_EQ(copy.calls, original.calls + 2);
  EXPECT_EQ(state(original), Explanation::State::memory);
}

TEST_F(Copies, ByMoveCarryTagNameAndValue) {
  Loop original(1);
  tag(original);
  original.value(), original.at(1);
  std::filesystem::remove_all(directory / "cachenight");
  const Loop moved(std::move(original));
  EXPECT_EQ(place(moved), "root.Loop.value.npy");
  EXPECT_EQ(moved.value() + moved.at(1), 3);
  EXPECT_EQ(moved.calls, 2);
  EXPECT_FALSE(is_tagged(original));  // NOLINT: what is left behind is a cell without a tag
  original.value();
  EXPECT_EQ(original.calls, 3);
}

TEST_F(Copies, ByMoveCarryARefreshThatStands) {
  struct Both {
    Cached<double> small_;
    Cached<std::string> large_;
    CACHE_ON_DISK(Both, small_, large_)
  } original;
  tag(original);
  (void)original.small_([] { return 1.0; }), (void)original.large_([] { return std::string("old"); });
  refresh(original);
  const Both moved(std::move(original));
  EXPECT_EQ(*moved.small_([] { return 2.0; }), 2);
  EXPECT_EQ(*moved.large_([] { return std::string("new"); }), "new");
}

TEST_F(Copies, ByAssignmentLeaveTheTargetUntaggedAndEmpty) {
  System system;
  system.loops_.resize(2);
  tag(system);
  Loop other(5), tagged_elsewhere(7);
  tag(tagged_elsewhere, "elsewhere");
  tagged_elsewhere.value(), tagged_elsewhere.at(2);
  for (const Loop& loop : system.loops_) loop.value(), loop.at(1), loop.at(2);
  system.loops_[1] = other;
  EXPECT_FALSE(is_tagged(system.loops_[1]));
  EXPECT_EQ(system.loops_[1].value() + system.loops_[1].at(1), 11);
  system.loops_[0] = tagged_elsewhere;
  EXPECT_FALSE(is_tagged(system.loops_[0]));
  EXPECT_EQ(system.loops_[0].value() + system.loops_[0].at(2), 16);
  EXPECT_EQ(state(tagged_elsewhere), Explanation::State::memory);
}

TEST_F(Copies, ByAssignmentFromATaggedObjectThatMovesCarryEverything) {
  Loop source(5), target(6);
  tag(source, "source"), tag(target, "target");
  source.value(), source.at(1), target.value(), target.at(1);
  std::filesystem::remove_all(directory / "cachesource");
  target = std::move(source);
  EXPECT_NE(get_disk_cacher(target, "value").fullpath().find("cachesource"), std::string::npos);
  EXPECT_EQ(target.value() + target.at(1), 11);
  EXPECT_EQ(target.calls, 2);
}

TEST_F(Copies, ByAssignmentFromAnUntaggedObjectThatMovesLeaveTheTargetUntaggedAndEmpty) {
  Loop target(6);
  tag(target);
  target.value(), target.at(1);
  target = Loop(8);
  EXPECT_FALSE(is_tagged(target));
  EXPECT_EQ(target.value() + target.at(1), 17);
}

TEST_F(Copies, ByAssignmentKeepTheTargetsDirectoryForTheNextTag) {
  Loop target(6);
  set_prefix(target, "pre");
  tag(target);
  for (const bool by_move : {false, true}) {
    Loop other(8);
    if (by_move)
      target = std::move(other);
    else
      target = other;
    set_prefix(target, by_move ? "moved" : "copied");
    EXPECT_FALSE(is_tagged(target));  // to set anything else sets no tag
    set_tag(target, "next");
    EXPECT_EQ(get_disk_cacher(target, "value").fullpath(),
              directory / (by_move ? "movednext/root.Loop.value.npy" : "copiednext/root.Loop.value.npy"));
    EXPECT_EQ(target.value(), 8);
  }
}

TEST_F(Copies, OfTaggedObjectsAreToldOfOncePerCallSite) {
  std::vector<std::string> told;
  set_trouble_handler([&](const Trouble& trouble) { told.push_back(trouble.message); });
  System system;
  system.loops_.resize(3);
  tag(system);
  struct Meter {
    int length() const {
      return *length_([] { return 3; });
    }
    Cached<int> length_;
    CACHE_ON_DISK(Meter, length_)
  };
  std::vector<Meter> meters(3);
  tag(meters, "meters");
  const Meter never_tagged;
  (void)never_tagged.length();
  EXPECT_EQ(told.size(), 0u);
  meters[0] = meters[1];
  EXPECT_EQ(meters[0].length() + meters[0].length(), 6);
  meters[1] = Meter();
  Meter copy(meters[2]);
  EXPECT_EQ(meters[1].length() + copy.length(), 6);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].find("length"), std::string::npos);
  EXPECT_NE(told[0].find("set_tag"), std::string::npos);
  EXPECT_NE(explain(copy, "length").reason.find("copy"), std::string::npos);
  Options strict = options();
  strict.strict = true;
  set_options(strict);
  EXPECT_THROW(copy.length(), UncachedError);
  EXPECT_EQ(never_tagged.length(), 3);
  clear_tag(copy);  // said on purpose
  EXPECT_EQ(copy.length(), 3);
  set_tag(meters[0], "again");
  EXPECT_EQ(meters[0].length(), 3);
  strict.strict = false;
  set_options(strict);
  set_trouble_handler(nullptr);
}

TEST_F(Copies, ToThemselvesChangeNoTag) {
  Loop loop(2);
  tag(loop);
  loop.value();
  Loop& same = loop;
  loop = same;
  EXPECT_EQ(loop.value(), 2);
  loop = std::move(same);
  EXPECT_EQ(loop.value(), 2);
  EXPECT_EQ(loop.calls, 1);
}

TEST_F(Copies, InAVectorThatGrowsKeepTheirValues) {
  System system;
  system.loops_.emplace_back(1.0);
  tag(system);
  system.loops_[0].value();
  std::filesystem::remove_all(directory / "cachenight");
  for (int i = 0; i < 100; ++i) system.loops_.emplace_back(2.0);
  EXPECT_EQ(system.loops_[0].value(), 1);
  EXPECT_EQ(system.loops_[0].calls, 1);
  EXPECT_FALSE(is_tagged(system.loops_[1]));  // it came later: cached from the next set_tag on
}

TEST_F(Copies, InAVectorThatShrinksKeepNameAndValueTogether) {
  System system;
  for (const double gain : {10.0, 20.0, 30.0}) system.loops_.emplace_back(gain);
  tag(system);
  for (const Loop& loop : system.loops_) loop.value();
  system.loops_.erase(system.loops_.begin());
  // Each loop still has the name that its value is stored under.
  EXPECT_EQ(system.loops_[0].value(), 20);
  EXPECT_EQ(place(system.loops_[0]), "root.loops[1].Loop.value.npy");
  EXPECT_EQ(system.loops_[1].value(), 30);
  EXPECT_EQ(system.loops_[0].calls + system.loops_[1].calls, 2);
}

TEST_F(Copies, ThatReplaceAMemberAreCachedInItsPlaceFromTheNextTagOn) {
  System system;
  tag(system);
  system.single_ = Loop(3);
  tag(system, "next");
  EXPECT_EQ(system.single_.value(), 3);
  EXPECT_EQ(place(system.single_), "root.single.Loop.value.npy");
  EXPECT_EQ(state(system.single_), Explanation::State::memory);
}

TEST_F(Copies, KeepVersionAndInheritance) {
  struct Versioned {
    double get() {
      return *value_([this] { return value; });
    }
    double value = 1;
    Cached<double> value_{inherited(3)};
    CACHE_ON_DISK(Versioned, value_)
  };
  const Versioned first;
  Versioned copy(first), moved(Versioned{});
  const Versioned assigned = [] {
    Versioned versioned;
    versioned = Versioned();
    return versioned;
  }();
  for (const Versioned* const versioned : {&first, &std::as_const(copy), &std::as_const(moved), &assigned}) {
    EXPECT_EQ(versioned->value_.options().version, 3u);
    EXPECT_TRUE(versioned->value_.options().inherited);
  }
}

}  // namespace
}  // namespace cache_on_disk
