// The names that a walk gives to the objects it finds.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <set>
#include <unordered_map>
#include <variant>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Part {
  Cached<double> m_;
  CACHE_ON_DISK(Part, m_)
  auto operator<=>(const Part&) const { return std::strong_ordering::equal; }
};

/// An object with one member, called member_.
template <class T>
struct Root {
  T member_{};
  CACHE_ON_DISK(Root, member_)
};

/// The names of all methods under a root, without the common beginning and end.
template <class T>
std::vector<std::string> names(T& root) {
  set_tag(root, "names");
  std::vector<std::string> all;
  for (const Explanation& one : explain(root)) all.push_back(one.method);
  return all;
}

TEST(WalkNames, OfMembersAndElementsFollowThePath) {
  Root<Part> one;
  EXPECT_THAT(names(one), ElementsAre("root.member.Part.m"));
  Root<Root<Part>> nested;
  EXPECT_THAT(names(nested), ElementsAre("root.member.member.Part.m"));
  Root<std::vector<Part>> vector{std::vector<Part>(2)};
  EXPECT_THAT(names(vector), ElementsAre("root.member[0].Part.m", "root.member[1].Part.m"));
  Root<std::deque<Part>> deque{std::deque<Part>(1)};
  EXPECT_THAT(names(deque), ElementsAre("root.member[0].Part.m"));
  Root<std::list<std::list<Part>>> list{{std::list<Part>(1), std::list<Part>(2)}};
  EXPECT_THAT(names(list),
              ElementsAre("root.member[0][0].Part.m", "root.member[1][0].Part.m", "root.member[1][1].Part.m"));
  Root<std::array<Part, 2>> array;
  EXPECT_THAT(names(array), ElementsAre("root.member[0].Part.m", "root.member[1].Part.m"));
  Root<Part[2]> c_array;
  EXPECT_THAT(names(c_array), ElementsAre("root.member[0].Part.m", "root.member[1].Part.m"));
  Root<Part[2][1]> c_matrix;
  EXPECT_THAT(names(c_matrix), ElementsAre("root.member[0][0].Part.m", "root.member[1][0].Part.m"));
}

TEST(WalkNames, OfARootThatIsAContainerBeginWithRoot) {
  std::vector<Part> vector(2);
  EXPECT_THAT(names(vector), ElementsAre("root[0].Part.m", "root[1].Part.m"));
  std::map<std::string, Part> map;
  map["a"];
  EXPECT_THAT(names(map), ElementsAre("root['a'].Part.m"));
  Part part;
  Part* pointer = &part;
  EXPECT_THAT(names(pointer), ElementsAre("root.Part.m"));
}

enum class Band { blue = 2, red = -1 };

TEST(WalkNames, OfMapValuesBearTheirKeys) {
  Root<std::map<int, Part>> integers;
  integers.member_[-3], integers.member_[14];
  EXPECT_THAT(names(integers), ElementsAre("root.member[-3].Part.m", "root.member[14].Part.m"));
  Root<std::map<Band, Part>> enums;
  enums.member_[Band::blue], enums.member_[Band::red];
  EXPECT_THAT(names(enums), ElementsAre("root.member[-1].Part.m", "root.member[2].Part.m"));
  Root<std::map<bool, Part>> bools;
  bools.member_[true], bools.member_[false];
  EXPECT_THAT(names(bools), ElementsAre("root.member[False].Part.m", "root.member[True].Part.m"));
  Root<std::map<std::pair<int, std::string>, Part>> pairs;
  pairs.member_[{1, "x"}];
  EXPECT_THAT(names(pairs), ElementsAre("root.member[(1,'x')].Part.m"));
  Root<std::map<std::tuple<int, bool, std::pair<int, int>>, Part>> tuples;
  tuples.member_[{1, true, {2, 3}}];
  EXPECT_THAT(names(tuples), ElementsAre("root.member[(1,True,(2,3))].Part.m"));
  Root<std::map<std::tuple<int>, Part>> singles;
  singles.member_[{1}];
  EXPECT_THAT(names(singles), ElementsAre("root.member[(1,)].Part.m"));
  Root<std::unordered_map<std::string, std::vector<Part>>> unordered;
  unordered.member_["k"].resize(1);
  EXPECT_THAT(names(unordered), ElementsAre("root.member['k'][0].Part.m"));
}

TEST(WalkNames, EncodeTextThatCannotStandInAFileName) {
  Root<std::map<std::string, Part>> root;
  for (const char* const key : {"a/b", "it's", "100%", "tab\t", "M\xC3\xBC", "\xff", "\x7f", "[0]", "..", ""})
    root.member_[key];
  EXPECT_THAT(names(root), testing::UnorderedElementsAre("root.member['a%2Fb'].Part.m", "root.member['it%27s'].Part.m",
                                                         "root.member['100%25'].Part.m", "root.member['tab%09'].Part.m",
                                                         "root.member['M\xC3\xBC'].Part.m", "root.member['%FF'].Part.m",
                                                         "root.member['%7F'].Part.m", "root.member['[0]'].Part.m",
                                                         "root.member['..'].Part.m", "root.member[''].Part.m"));
}

TEST(WalkNames, PassThroughPointersOptionalsAndVariants) {
  Part part;
  const auto expect_through = [](auto member) {
    Root<decltype(member)> root{std::move(member)};
    EXPECT_THAT(names(root), ElementsAre("root.member.Part.m"));
  };
  const auto shared = std::make_shared<Part>();
  expect_through(std::make_unique<Part>());
  expect_through(shared);
  expect_through(std::shared_ptr<const Part>(shared));
  expect_through(std::weak_ptr<Part>(shared));
  expect_through(&part);
  expect_through(static_cast<const Part*>(&part));
  expect_through(std::optional<Part>(Part()));
  expect_through(std::optional(std::make_unique<Part>()));
  expect_through(std::variant<int, Part>(Part()));
  expect_through(std::variant<std::monostate, Part*>(&part));
  struct ByReference {
    std::reference_wrapper<Part> member_;
    CACHE_ON_DISK(ByReference, member_)
  } by_reference{part};
  EXPECT_THAT(names(by_reference), ElementsAre("root.member.Part.m"));
}

TEST(WalkNames, OfTupleElementsAreTheirPositions) {
  Root<std::tuple<int, Part, std::pair<Part, double>>> root;
  EXPECT_THAT(names(root), ElementsAre("root.member[1].Part.m", "root.member[2][0].Part.m"));
}

TEST(WalkNames, NothingIsFoundBehindNothing) {
  Root<std::unique_ptr<Part>> unique;
  EXPECT_THAT(names(unique), IsEmpty());
  Root<Part*> raw;
  EXPECT_THAT(names(raw), IsEmpty());
  Root<std::weak_ptr<Part>> expired{std::make_shared<Part>()};
  EXPECT_THAT(names(expired), IsEmpty());
  Root<std::optional<Part>> none;
  EXPECT_THAT(names(none), IsEmpty());
  Root<std::variant<int, Part>> other;
  EXPECT_THAT(names(other), IsEmpty());
  Root<std::vector<std::shared_ptr<Part>>> some{{nullptr, std::make_shared<Part>()}};
  EXPECT_THAT(names(some), ElementsAre("root.member[1].Part.m"));
}

/// What has no stable name is left out and told of once.
template <class T>
void expect_skipped(T root) {
  std::vector<std::string> troubles;
  set_trouble_handler([&](const Trouble& trouble) { troubles.push_back(trouble.message); });
  EXPECT_THAT(names(root), IsEmpty());
  EXPECT_THAT(names(root), IsEmpty());
  set_trouble_handler({});
  EXPECT_THAT(troubles, ElementsAre(HasSubstr("no stable name")));
}

TEST(WalkNames, AreNotGivenToElementsOfSets) { expect_skipped(Root<std::set<Part>>{{Part()}}); }
TEST(WalkNames, AreNotGivenToValuesUnderOddKeys) {
  Root<std::map<double, Part>> root;
  root.member_[0.5];
  expect_skipped(root);
}
TEST(WalkNames, AreNotGivenTwiceToValuesOfAMultimap) {
  Root<std::multimap<std::string, Part>> root;
  root.member_.emplace("a", Part()), root.member_.emplace("a", Part());
  expect_skipped(root);
}
/// Gives its own number, so that a value of another object shows.
struct Numbered {
  explicit Numbered(int value) : number(value) {}
  CachedRef<int> value() const {
    return value_([this] { return number; });
  }
  int number;
  Cached<int> value_;
  CACHE_ON_DISK(Numbered, value_)
};

/// Keys that the map takes for two and a name for one: pointers to one text, in whatever order they lie in memory.
TEST(WalkNames, OfTwoObjectsThatAreOneGiveATagToTheFirstOnly) {
  const TemporaryDirectory directory;
  static const char texts[2][2] = {"x", "x"};
  Root<std::map<const char*, Numbered>> root;
  root.member_.emplace(texts[0], 1), root.member_.emplace(texts[1], 2);
  std::vector<std::string> troubles;
  set_trouble_handler([&](const Trouble& trouble) { troubles.push_back(trouble.message); });
  set_tmpdir(root, directory.path());
  for (const char* const tag : {"night", "night", "day"}) {
    set_tag(root, tag);
    for (int call = 0; call < 2; ++call)
      for (const auto& [key, numbered] : root.member_) EXPECT_EQ(*numbered.value(), numbered.number) << tag;
  }
  set_trouble_handler({});
  EXPECT_THAT(troubles, ElementsAre(HasSubstr("two objects are called root.member['x'].Numbered.value")));
}

TEST(WalkNames, OfTwoObjectsThatAreOneThrowWhereThatIsWantedAndChangeNothing) {
  const TemporaryDirectory directory;
  static const char texts[2][2] = {"y", "y"};
  Root<std::map<const char*, Numbered>> root;
  root.member_.emplace(texts[0], 1), root.member_.emplace(texts[1], 2);
  set_tmpdir(root, directory.path());
  Options strict;
  strict.strict = true;
  set_options(strict);
  EXPECT_THROW(set_tag(root, "night"), UncachedError);
  set_options({});
  EXPECT_THROW((void)get_disk_cacher(root.member_.begin()->second, "value").fullpath(), TagNotSetException);
}

TEST(WalkNames, OfKeysThatAreNullArePythonsNone) {
  Root<std::map<const char*, Part>> root;
  root.member_[nullptr];
  EXPECT_THAT(names(root), ElementsAre("root.member[None].Part.m"));
}

TEST(WalkNames, OfEmptySetsAreNotMissed) {
  Root<std::set<Part>> root;
  std::vector<std::string> troubles;
  set_trouble_handler([&](const Trouble& trouble) { troubles.push_back(trouble.message); });
  names(root);
  set_trouble_handler({});
  EXPECT_THAT(troubles, IsEmpty());
}

struct Link {
  Cached<double> m_;
  std::shared_ptr<Link> next_;
  Link* back_ = nullptr;
  CACHE_ON_DISK(Link, m_, next_, back_)
};

TEST(WalkNames, OfALongListEndBeforeTheStackDoes) {
  std::deque<Link> links(300'000);
  for (std::size_t i = 1; i < links.size(); ++i) links[i - 1].next_ = {std::shared_ptr<void>(), &links[i]};
  std::vector<std::string> troubles;
  set_trouble_handler([&](const Trouble& trouble) { troubles.push_back(trouble.message); });
  set_tag(links.front(), "long");
  set_trouble_handler({});
  EXPECT_EQ(statistics(links.front()).total.objects, 5001u);
  EXPECT_THAT(troubles, ElementsAre(HasSubstr("more than 5000 steps below the root")));
  EXPECT_EQ(*links[5000].m_([] { return 1.0; }), 1.0);
  EXPECT_EQ(*links[5001].m_([] { return 2.0; }), 2.0) << "computed at each call";
  EXPECT_EQ(*links[5001].m_([] { return 3.0; }), 3.0);
}

TEST(WalkNames, AreFiniteWhereObjectsFormACycle) {
  Link first;
  first.next_ = std::make_shared<Link>();
  first.next_->back_ = &first;
  first.next_->next_ = first.next_;
  EXPECT_THAT(names(first), ElementsAre("root.Link.m", "root.next.Link.m"));
  first.next_->next_.reset();
}

struct Shared {
  std::shared_ptr<Part> first_, second_;
  CACHE_ON_DISK(Shared, first_, second_)
};

TEST(WalkNames, OfAnObjectReachedTwiceAreTheFirst) {
  const auto part = std::make_shared<Part>();
  Shared shared{part, part};
  EXPECT_THAT(names(shared), ElementsAre("root.first.Part.m"));
}

TEST(WalkNames, OfAnObjectUnderTwoRootsAreThoseOfTheLaterTag) {
  const auto part = std::make_shared<Part>();
  Shared one{part, nullptr}, two{nullptr, part};
  set_tag(one, "early");
  set_tag(two, "late");
  const std::string path = get_disk_cacher(*part, "m").fullpath();
  EXPECT_THAT(path, HasSubstr("cachelate/root.second.Part.m.npy"));
  EXPECT_EQ(explain(one).front().path, path);
}

TEST(WalkNames, TooLongForAFileEndInAHash) {
  Root<std::map<std::string, Part>> root;
  root.member_[std::string(300, 'a') + "1"], root.member_[std::string(300, 'a') + "2"];
  set_tag(root, "names");
  std::set<std::string> files;
  for (const Explanation& one : explain(root)) {
    const std::string name = std::filesystem::path(one.path).filename();
    EXPECT_LE(name.size() + 9, 255u);  // room for what an entry beside it has
    files.insert(name);
  }
  EXPECT_EQ(files.size(), 2u);
}

}  // namespace
}  // namespace cache_on_disk
