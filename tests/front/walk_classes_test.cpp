// What a walk visits of a class: bases, derived classes behind pointers, hand-written walks, large and template classes.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cache_on_disk {
namespace {

using ::testing::ElementsAre;

template <class T>
std::vector<std::string> names(T& root) {
  set_tag(root, "names");
  std::vector<std::string> all;
  for (const Explanation& one : explain(root)) all.push_back(one.method);
  return all;
}

class Part {
  Cached<double> m_;
  CACHE_ON_DISK(Part, m_)
};

class Device {
  Part slopes_;
  Cached<double> seeing_;
  CACHE_ON_DISK(Device, slopes_, seeing_)
};
class Sensor : private Device {
  Part own_;
  Cached<double> flux_;
  CACHE_ON_DISK(Sensor, bases(Device), own_, flux_)
};

TEST(WalkClasses, VisitsBasesFirstAndThenMembersInTheOrderWritten) {
  Sensor sensor;
  EXPECT_THAT(names(sensor),
              ElementsAre("root.slopes.Part.m", "root.Device.seeing", "root.own.Part.m", "root.Sensor.flux"));
}

TEST(WalkClasses, FindsMethodsByNameAndByClass) {
  class Second : public Device {
    Cached<double> seeing_;
    CACHE_ON_DISK(Second, bases(Device), seeing_)
  } second;
  set_tag(second, "names");
  EXPECT_THAT(get_disk_cacher(second, "Device.seeing").fullpath(), testing::EndsWith("root.Device.seeing.npy"));
  EXPECT_THAT(get_disk_cacher(second, "Second.seeing").fullpath(), testing::EndsWith("root.Second.seeing.npy"));
  EXPECT_THAT(get_disk_cacher(second, "seeing").fullpath(), testing::EndsWith("root.Second.seeing.npy"));
}

class ByHand : public Device {
 public:
  void cache_on_disk_walk(core::Walker& walker) const {
    if (ClassWalk walk(walker, *this, "Sensor"); walk) {
      walk.base<Device>();
      walk.member("own", part_of_mine);
      walk.member("flux", light);
    }
  }

 private:
  Part part_of_mine;
  Cached<double> light;
};

TEST(WalkClasses, WrittenByHandAreVisitedAsByTheMacro) {
  Sensor sensor;
  ByHand by_hand;
  EXPECT_EQ(names(by_hand), names(sensor));
}

struct Nothing {
  CACHE_ON_DISK(Nothing)
};
struct Bases : Device, Nothing {
  CACHE_ON_DISK(Bases, bases(Device, Nothing))
};
struct Underscores {
  Cached<double> plain, one_, two__, _;
  CACHE_ON_DISK(Underscores, plain, one_, two__, _)
};

TEST(WalkClasses, MayHaveNoMembersOrOnlyBases) {
  Nothing nothing;
  EXPECT_THAT(names(nothing), ElementsAre());
  Bases bases;
  EXPECT_THAT(names(bases), ElementsAre("root.slopes.Part.m", "root.Device.seeing"));
}

TEST(WalkClasses, StripOneUnderscoreOfAName) {
  Underscores underscores;
  EXPECT_THAT(names(underscores), ElementsAre("root.Underscores.plain", "root.Underscores.one", "root.Underscores.two_",
                                              "root.Underscores._"));
}

template <class T>
class Loop {
  std::vector<Part> parts_ = std::vector<Part>(1);
  Cached<T> gain_;
  CACHE_ON_DISK(Loop, parts_, gain_)
};
struct TwoLoops {
  Loop<double> fast_;
  Loop<int> slow_;
  CACHE_ON_DISK(TwoLoops, fast_, slow_)
};

TEST(WalkClasses, MayBeTemplates) {
  TwoLoops loops;
  EXPECT_THAT(names(loops), ElementsAre("root.fast.parts[0].Part.m", "root.fast.Loop.gain", "root.slow.parts[0].Part.m",
                                        "root.slow.Loop.gain"));
}

#define TEN(a) a##0, a##1, a##2, a##3, a##4, a##5, a##6, a##7, a##8, a##9
struct Large {
  Cached<int> TEN(a), TEN(b), TEN(c), TEN(d), TEN(e), TEN(f);
  CACHE_ON_DISK(Large, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, c0, c1, c2, c3,
                c4, c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, e0, e1, e2, e3, e4, e5, e6, e7, e8, e9,
                f0, f1, f2, f3, f4, f5, f6, f7, f8, f9)
};
#undef TEN

TEST(WalkClasses, MayHaveSixtyMembers) {
  Large large;
  const auto all = names(large);
  ASSERT_EQ(all.size(), 60u);
  EXPECT_EQ(all.front(), "root.Large.a0");
  EXPECT_EQ(all.back(), "root.Large.f9");
}

class Base {
 public:
  virtual ~Base() = default;

 private:
  Cached<double> base_method_;
  CACHE_ON_DISK_VIRTUAL(Base, base_method_)
};
class Derived : public Base {
  Part part_;
  Cached<double> derived_method_;
  CACHE_ON_DISK(Derived, bases(Base), part_, derived_method_)
};
class Leaf : public Derived {
  Cached<double> leaf_method_;
  CACHE_ON_DISK(Leaf, bases(Derived), leaf_method_)
};
struct Owner {
  std::vector<std::unique_ptr<Base>> all_;
  CACHE_ON_DISK(Owner, all_)
};

TEST(WalkClasses, BehindPointersToABaseAreVisitedAsWhatTheyAre) {
  Owner owner;
  owner.all_.push_back(std::make_unique<Base>());
  owner.all_.push_back(std::make_unique<Derived>());
  owner.all_.push_back(std::make_unique<Leaf>());
  EXPECT_THAT(names(owner),
              ElementsAre("root.all[0].Base.base_method",                             //
                          "root.all[1].Base.base_method", "root.all[1].part.Part.m",  //
                          "root.all[1].Derived.derived_method",                       //
                          "root.all[2].Base.base_method", "root.all[2].part.Part.m",  //
                          "root.all[2].Derived.derived_method", "root.all[2].Leaf.leaf_method"));
  EXPECT_NO_THROW(get_disk_cacher(*owner.all_[2], "leaf_method"));
}

TEST(WalkClasses, BehindPointersToDerivedClassesNeedNoMoreThanTheirRoot) {
  struct HoldsDerived {
    std::shared_ptr<Derived> one_ = std::make_shared<Leaf>();
    CACHE_ON_DISK(HoldsDerived, one_)
  } owner;
  EXPECT_EQ(names(owner).back(), "root.one.Leaf.leaf_method");
}

class Other {
 public:
  virtual ~Other() = default;
  long padding = 0;

 private:
  Cached<double> other_method_;
  CACHE_ON_DISK_VIRTUAL(Other, other_method_)
};
class Both : public Base, public Other {
  Cached<double> both_method_;
  CACHE_ON_DISK_VIRTUAL(Both, bases(Base, Other), both_method_)
};
struct Views {
  Other* other_ = nullptr;
  Base* base_ = nullptr;
  Both* both_ = nullptr;
  CACHE_ON_DISK(Views, other_, base_, both_)
};

TEST(WalkClasses, WithSeveralBasesAreVisitedOnceFromAnyOfThem) {
  Both both;
  for (Views views : {Views{&both, nullptr, nullptr}, Views{nullptr, &both, nullptr}, Views{nullptr, nullptr, &both},
                      Views{&both, &both, &both}}) {
    const auto all = names(views);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_THAT(all[0], testing::EndsWith(".Base.base_method"));
    EXPECT_THAT(all[1], testing::EndsWith(".Other.other_method"));
    EXPECT_THAT(all[2], testing::EndsWith(".Both.both_method"));
  }
}

struct Top {
  virtual ~Top() = default;
  Cached<double> top_;
  CACHE_ON_DISK_VIRTUAL(Top, top_)
};
struct Left : virtual Top {
  Cached<double> left_;
  CACHE_ON_DISK(Left, bases(Top), left_)
};
struct Right : virtual Top {
  Cached<double> right_;
  CACHE_ON_DISK(Right, bases(Top), right_)
};
struct Bottom : Left, Right {
  Cached<double> bottom_;
  CACHE_ON_DISK(Bottom, bases(Left, Right), bottom_)
};

TEST(WalkClasses, WithAVirtualBaseVisitItOnce) {
  struct Holds {
    std::unique_ptr<Top> top_ = std::make_unique<Bottom>();
    CACHE_ON_DISK(Holds, top_)
  } holds;
  EXPECT_THAT(names(holds),
              ElementsAre("root.top.Top.top", "root.top.Left.left", "root.top.Right.right", "root.top.Bottom.bottom"));
}

/// Two objects of one name would share their values, so the second has none.
template <class T>
void expect_one_name_taken(const std::vector<std::string>& first) {
  std::vector<std::string> troubles;
  set_trouble_handler([&](const Trouble& trouble) { troubles.push_back(trouble.message); });
  T object;
  EXPECT_EQ(names(object), first);
  EXPECT_EQ(names(object), first);
  set_trouble_handler({});
  EXPECT_THAT(troubles, ElementsAre(testing::HasSubstr("two parts of one object are called")));
}

TEST(WalkClasses, DoNotShareValuesWithABaseThatHasAMemberOfThatName) {
  class WithSlopes : public Device {
    Part slopes_;
    CACHE_ON_DISK(WithSlopes, bases(Device), slopes_)
  };
  expect_one_name_taken<WithSlopes>({"root.slopes.Part.m", "root.Device.seeing"});
}

TEST(WalkClasses, DoNotShareValuesBetweenMembersThatDifferByAnUnderscore) {
  struct BothParts {
    Part part, part_;
    CACHE_ON_DISK(BothParts, part, part_)
  };
  expect_one_name_taken<BothParts>({"root.part.Part.m"});
  struct BothCells {
    Cached<double> m, m_;
    CACHE_ON_DISK(BothCells, m, m_)
  };
  expect_one_name_taken<BothCells>({"root.BothCells.m"});
}

struct Common {
  Cached<double> m_;
  CACHE_ON_DISK(Common, m_)
};
struct OneSide : Common {
  CACHE_ON_DISK(OneSide, bases(Common))
};
struct OtherSide : Common {
  CACHE_ON_DISK(OtherSide, bases(Common))
};
struct Diamond : OneSide, OtherSide {
  CACHE_ON_DISK(Diamond, bases(OneSide, OtherSide))
};

TEST(WalkClasses, DoNotShareValuesBetweenTwoBasesOfOneClass) { expect_one_name_taken<Diamond>({"root.Common.m"}); }

TEST(WalkClasses, MayListWhatABaseListedAlready) {
  struct First {
    Part part_;
    Cached<double> m_;
    CACHE_ON_DISK(First, part_, m_)
  };
  struct Second : First {
    CACHE_ON_DISK(Second, bases(First), part_, m_)
  } second;
  EXPECT_THAT(names(second), ElementsAre("root.part.Part.m", "root.First.m"));
}

TEST(WalkClasses, OverrideWithoutAWarningBesideOtherOverrides) {
  struct Named {
    virtual ~Named() = default;
    virtual int number() const { return 1; }
    CACHE_ON_DISK_VIRTUAL(Named)
  };
  struct Two : Named {
    int number() const override { return 2; }
    Cached<double> m_;
    CACHE_ON_DISK(Two, bases(Named), m_)
  } two;
  Named* named = &two;
  EXPECT_THAT(names(named), ElementsAre("root.Two.m"));
  EXPECT_EQ(named->number(), 2);
}

}  // namespace
}  // namespace cache_on_disk
