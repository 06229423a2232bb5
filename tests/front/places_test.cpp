// Objects that changed places, tagged again with the same tag: no object is ever given what is stored for another.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

struct Loop {
  explicit Loop(int n = 0) : number(n) {}
  int value() const {
    return *value_([this] { return ++calls, number; });
  }
  std::string text() const {
    return *text_([this] { return std::string(60, 'x') + std::to_string(number); });
  }
  int at(int i) const {
    return *at_(i, [this, i] { return 10 * number + i; });
  }
  int number;
  mutable int calls = 0;
  Cached<int> value_;
  Cached<std::string> text_;
  Cached<int(int)> at_;
  CACHE_ON_DISK(Loop, value_, text_, at_)
};

/// A declared destructor leaves it without moves.
struct CopiedLoop : Loop {
  using Loop::Loop;
  CopiedLoop(const CopiedLoop&) = default;
  CopiedLoop& operator=(const CopiedLoop&) = default;
  ~CopiedLoop() {}
  CACHE_ON_DISK(CopiedLoop, bases(Loop))
};

template <class Element>
struct Of {
  std::vector<Element> loops_;
  CACHE_ON_DISK(Of, loops_)
};
using Loops = Of<Loop>;

class Places : public testing::Test {
 protected:
  void SetUp() override {
    set_trouble_handler([this](const Trouble& trouble) { told_.push_back(trouble.message); });
  }
  void TearDown() override { set_trouble_handler(nullptr); }

  template <class Root>
  void tag(Root& root, const std::string& name = "night") {
    set_tmpdir(root, directory_.path());
    set_tag(root, name);
  }
  template <class Element>
  static void expect_own_values(const std::vector<Element>& loops) {
    for (const Element& loop : loops) expect_own_values(loop);
  }
  static void expect_own_values(const Loop& loop) {
    EXPECT_EQ(loop.value(), loop.number);
    EXPECT_EQ(loop.text(), std::string(60, 'x') + std::to_string(loop.number));
    EXPECT_EQ(loop.at(3), 10 * loop.number + 3);
  }
  template <class Element = Loop>
  Of<Element> used(int count) {
    Of<Element> root;
    root.loops_.reserve(20);
    for (int i = 0; i < count; ++i) root.loops_.emplace_back(i + 1);
    tag(root);
    expect_own_values(root.loops_);
    return root;
  }
  static std::string place(const Loop& loop) {
    return std::filesystem::path(get_disk_cacher(loop, "value").fullpath()).filename();
  }
  static bool is_tagged(const Loop& loop) { return explain(loop, "value").state != Explanation::State::untagged; }
  /// Whether explain tells why it is not cached.
  static bool is_told(const Loop& loop, const std::string& part) {
    const auto told = explain(loop, "value").uncached;
    return std::any_of(told.begin(), told.end(),
                       [&](const auto& one) { return one.first.find(part) != std::string::npos; });
  }
  TemporaryDirectory directory_;
  std::vector<std::string> told_;
};

TEST_F(Places, ThatTwoObjectsExchangeLeaveThemTheirNames) {
  Loops root = used(2);
  std::swap(root.loops_[0], root.loops_[1]);
  tag(root);
  EXPECT_EQ(place(root.loops_[0]), "root.loops[1].Loop.value.npy");
  EXPECT_EQ(place(root.loops_[1]), "root.loops[0].Loop.value.npy");
  expect_own_values(root.loops_);
  EXPECT_EQ(root.loops_[0].calls + root.loops_[1].calls, 2);  // all from disk
  EXPECT_EQ(told_.size(), 0u);
}

TEST_F(Places, OfSortedRotatedAndErasedObjectsLeaveThemTheirNames) {
  Loops root = used(6);
  const auto tag_and_look = [&] {
    tag(root);
    expect_own_values(root.loops_);
  };
  std::sort(root.loops_.begin(), root.loops_.end(), [](auto& a, auto& b) { return a.number % 3 > b.number % 3; });
  tag_and_look();
  std::rotate(root.loops_.begin(), root.loops_.begin() + 2, root.loops_.end());
  tag_and_look();
  root.loops_.erase(root.loops_.begin() + 1);
  tag_and_look();
  std::reverse(root.loops_.begin(), root.loops_.end());
  tag_and_look();
  tag_and_look();
  for (const Loop& loop : root.loops_) EXPECT_EQ(loop.calls, 1);
}

TEST_F(Places, OfObjectsThatMovedAreNotGivenToNewOnes) {
  Loops root = used(2);
  root.loops_.insert(root.loops_.begin(), Loop(9));
  tag(root);
  EXPECT_EQ(place(root.loops_[1]), "root.loops[0].Loop.value.npy");
  expect_own_values(root.loops_);
  EXPECT_FALSE(is_tagged(root.loops_[0]));
  EXPECT_TRUE(is_told(root.loops_[0], "is the name of an object that has changed its place"));
  // The new one does not get the name when the others are gone, either.
  root.loops_.pop_back(), root.loops_.pop_back();
  tag(root);
  expect_own_values(root.loops_);
  tag(root, "another");
  expect_own_values(root.loops_);
  EXPECT_TRUE(is_tagged(root.loops_[0]));
}

TEST_F(Places, TakenByAssignmentAreNotCachedUnderTheTagOfBefore) {
  Loops root = used(3);
  root.loops_[0] = Loop(7);
  const Loop fresh(8);
  root.loops_[1] = fresh;
  tag(root);
  expect_own_values(root.loops_);
  EXPECT_FALSE(is_tagged(root.loops_[0]) || is_tagged(root.loops_[1]));
  EXPECT_TRUE(is_tagged(root.loops_[2]));
  EXPECT_TRUE(is_told(root.loops_[1], "is where other data was under this tag"));
  tag(root, "other"), tag(root);  // nor after another tag
  expect_own_values(root.loops_);
  clear_tag(root);  // the word that it is the dataset of the tag, whatever was assigned
  tag(root);
  EXPECT_TRUE(is_tagged(root.loops_[0]));
  EXPECT_EQ(root.loops_[0].value(), 1);
}

TEST_F(Places, UnderStrictOptionsThrow) {
  Loops root = used(2);
  root.loops_[0] = Loop(7);
  Options strict = options();
  strict.strict = true;
  set_options(strict);
  EXPECT_THROW(tag(root), UncachedError);
  strict.strict = false;
  set_options(strict);
}

TEST_F(Places, OfWhatIsOnlyCopiedAreToldApart) {
  auto root = used<CopiedLoop>(4);
  std::swap(root.loops_[0], root.loops_[1]);
  tag(root);
  expect_own_values(root.loops_);
  std::sort(root.loops_.begin(), root.loops_.end(), [](auto& a, auto& b) { return a.number > b.number; });
  tag(root);
  expect_own_values(root.loops_);
  // Into new memory, where nothing is assigned.
  auto other = used<CopiedLoop>(2);
  tag(other, "other"), expect_own_values(other.loops_);
  other.loops_.shrink_to_fit();
  other.loops_.insert(other.loops_.begin(), CopiedLoop(30));
  tag(other, "other"), expect_own_values(other.loops_);
}

TEST_F(Places, InAMapGoWithTheNodes) {
  struct Named {
    std::map<std::string, Loop> loops_;
    CACHE_ON_DISK(Named, loops_)
  } root;
  root.loops_.emplace("a", 1), root.loops_.emplace("b", 2);
  tag(root);
  for (const auto& [key, loop] : root.loops_) expect_own_values(loop);
  auto a = root.loops_.extract("a"), b = root.loops_.extract("b");
  a.key() = "b", b.key() = "a";
  root.loops_.insert(std::move(a)), root.loops_.insert(std::move(b));
  tag(root);
  EXPECT_EQ(place(root.loops_.at("a")), "root.loops['b'].Loop.value.npy");
  for (const auto& [key, loop] : root.loops_) expect_own_values(loop);
}

TEST_F(Places, InTwoRootsUnderOneTagGoWithTheObjects) {
  struct Two {
    Loop left_, right_;
    CACHE_ON_DISK(Two, left_, right_)
  } one{Loop(1), Loop(2)};
  struct Other {
    Loop first_;
    std::vector<Loop> more_;
    CACHE_ON_DISK(Other, first_, more_)
  } other{Loop(3), {}};
  tag(one), tag(other);
  for (const Loop* const loop : {&one.left_, &one.right_, &other.first_}) expect_own_values(*loop);
  std::swap(one.right_, other.first_);
  other.more_.push_back(std::move(one.left_));
  one.left_ = Loop(4);
  tag(one), tag(other);
  for (const Loop* const loop : {&one.left_, &one.right_, &other.first_, &other.more_[0]}) expect_own_values(*loop);
  EXPECT_EQ(place(other.first_), "root.right.Loop.value.npy");
}

TEST_F(Places, InRootsOfDifferentTagsThatExchangePartsAreKnown) {
  struct Night {
    Loop loop_, other_;
    CACHE_ON_DISK(Night, loop_, other_)
  } one{Loop(1), Loop(2)}, two{Loop(3), Loop(4)};
  const auto tag_and_look = [&] {
    tag(one, "one"), tag(two, "two");
    for (const Loop* const loop : {&one.loop_, &one.other_, &two.loop_, &two.other_}) expect_own_values(*loop);
  };
  tag_and_look();
  std::swap(one.loop_, two.loop_);
  tag_and_look();
  EXPECT_FALSE(is_tagged(one.loop_) || is_tagged(two.loop_));
  EXPECT_TRUE(is_tagged(one.other_));
  one.other_ = std::move(two.other_);
  tag_and_look();
  two.other_ = Loop(5);
  tag_and_look();
  const Loop last = std::exchange(two.loop_, Loop(6));
  tag_and_look();
}

TEST_F(Places, BehindPointersGoWithTheObjects) {
  struct Shared {
    std::shared_ptr<Loop> current_;
    std::vector<std::shared_ptr<Loop>> all_;
    CACHE_ON_DISK(Shared, current_, all_)
  } root{nullptr, {std::make_shared<Loop>(1), std::make_shared<Loop>(2), std::make_shared<Loop>(3)}};
  for (const int chosen : {0, 2, 1, 1, 0}) {
    root.current_ = root.all_[std::size_t(chosen)];
    tag(root);
    for (const auto& loop : root.all_) expect_own_values(*loop);
  }
  for (const auto& loop : root.all_) EXPECT_EQ(loop->calls, 1);
}

TEST_F(Places, ThatChangedUnderAnotherTagAreKnownWhenTheFirstComesBack) {
  Loops root = used(3);
  tag(root, "second");
  expect_own_values(root.loops_);
  std::swap(root.loops_[0], root.loops_[2]);
  tag(root);
  EXPECT_EQ(place(root.loops_[0]), "root.loops[2].Loop.value.npy");
  expect_own_values(root.loops_);
  tag(root, "third");  // a tag that knows no names: these are of the places now
  EXPECT_EQ(place(root.loops_[0]), "root.loops[0].Loop.value.npy");
  expect_own_values(root.loops_);
  tag(root), expect_own_values(root.loops_);
  EXPECT_FALSE(is_tagged(root.loops_[0]));
  EXPECT_TRUE(is_told(root.loops_[0], "had another name under this tag"));
  tag(root, "second"), expect_own_values(root.loops_);
  tag(root, "third"), expect_own_values(root.loops_);
}

/// Two roots whose objects go from place to place and from one to the other, each with a tag of its own. No object is
/// made where one has died: of that nobody can know.
template <class Element>
void drive(unsigned seed, const std::string& directory) {
  std::mt19937 random(seed);
  Of<Element> one, other;
  int numbers = 1;
  for (auto* const root : {&one, &other})
    for (int i = 0; i < 4; ++i) root->loops_.emplace_back(numbers++);
  const auto any = [&]() -> Element& { return (random() % 2 == 0 ? one : other).loops_[random() % 4]; };
  for (int step = 0; step < 80; ++step) {
    auto& loops = (random() % 2 == 0 ? one : other).loops_;
    const auto is_less = [](const Loop& a, const Loop& b) { return a.number < b.number; };
    switch (random() % 8) {
      case 0: { using std::swap; Element &a = any(), &b = any(); swap(a, b); break; }
      case 1: std::rotate(loops.begin(), loops.begin() + long(random() % 4), loops.end()); break;
      case 2: std::sort(loops.begin(), loops.end(), is_less); break;
      case 3: std::reverse(loops.begin(), loops.end()); break;
      case 4: std::shuffle(loops.begin(), loops.end(), random); break;
      case 5: any() = Element(numbers++); break;
      case 6: { Element &a = any(), &b = any(); b = a; break; }
      default: { Element out = std::move(any()); any() = Element(numbers++); any() = std::move(out); }
    }
    for (auto* const root : {&one, &other}) {
      if (random() % 4 == 0) continue;
      set_tmpdir(*root, directory);
      set_tag(*root, root == &one ? "one" : "other");
      for (const Element& loop : root->loops_)
        ASSERT_EQ(std::pair(loop.value(), loop.at(1)), std::pair(loop.number, 10 * loop.number + 1))
            << "seed " << seed << " step " << step << " place " << &loop - root->loops_.data();
    }
  }
}

TEST_F(Places, AreNeverThoseOfOtherObjects) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const TemporaryDirectory directory;
    drive<Loop>(seed, directory.path()), drive<CopiedLoop>(seed + 100, directory.path() + std::string("/copied"));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Places, ThatNobodyHasUsedAreThoseOfTheObjectsThereNow) {
  Loops root;
  root.loops_ = std::vector<Loop>(2);
  tag(root);
  root.loops_[0] = Loop(5);  // filled after set_tag
  std::swap(root.loops_[0], root.loops_[1]);
  tag(root);
  EXPECT_EQ(place(root.loops_[1]), "root.loops[1].Loop.value.npy");
  expect_own_values(root.loops_);
  EXPECT_TRUE(is_tagged(root.loops_[0]) && is_tagged(root.loops_[1]));
  EXPECT_EQ(told_.size(), 0u);
}

TEST_F(Places, StayThoseOfTheSameObjects) {
  Loops root = used(2);
  for (int i = 0; i < 3; ++i) {
    tag(root);
    root.loops_.emplace_back(i + 10);  // and of later ones
    tag(root);
    expect_own_values(root.loops_);
  }
  for (const Loop& loop : root.loops_) EXPECT_EQ(loop.calls, 1);
  set_prefix(root, "pre"), set_trust(root, {});
  expect_own_values(root.loops_);
  EXPECT_EQ(place(root.loops_[4]), "root.loops[4].Loop.value.npy");
  EXPECT_EQ(told_.size(), 0u);
}

TEST_F(Places, InARootFurtherOutAreSeenFromThere) {
  struct Part {
    Loop loop_;
    CACHE_ON_DISK(Part, loop_)
  };
  struct Whole {
    std::vector<Part> parts_;
    CACHE_ON_DISK(Whole, parts_)
  } whole;
  for (const int number : {1, 2}) {
    whole.parts_.push_back({Loop(number)});
    tag(whole.parts_.back(), "alone" + std::to_string(number));
    expect_own_values(whole.parts_.back().loop_);
  }
  tag(whole);
  EXPECT_EQ(place(whole.parts_[1].loop_), "root.parts[1].loop.Loop.value.npy");
  tag(whole.parts_[0], "night");  // from within: under one tag an object has one name
  EXPECT_EQ(place(whole.parts_[0].loop_), "root.loop.Loop.value.npy");  // it was not used yet
  tag(whole);
  for (const Part& part : whole.parts_) expect_own_values(part.loop_);
  tag(whole.parts_[1]);
  EXPECT_EQ(place(whole.parts_[1].loop_), "root.parts[1].loop.Loop.value.npy");
  for (const Part& part : whole.parts_) expect_own_values(part.loop_);
}

TEST_F(Places, OfCopiesAreTheirOwn) {
  Loops root = used(1);
  Loops scan;
  for (int i = 0; i < 3; ++i) {
    scan.loops_.push_back(root.loops_[0]);
    scan.loops_.back().number = 100 + i;
  }
  tag(scan, "scan"), expect_own_values(scan.loops_);
  EXPECT_TRUE(is_tagged(scan.loops_[2]));
  Loop copy(root.loops_[0]);
  tag(copy), expect_own_values(copy);
  EXPECT_EQ(place(copy), "root.Loop.value.npy");
  Loops same = root;  // the same data twice
  tag(same), expect_own_values(same.loops_);
  EXPECT_EQ(same.loops_[0].calls, root.loops_[0].calls);
}

}  // namespace
}  // namespace cache_on_disk
