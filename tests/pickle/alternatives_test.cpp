// Alternatives of a std::variant come back as themselves, or are not stored.
#include "cache_on_disk/detail/pickle/alternatives.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "cache_on_disk/cache_on_disk.hpp"

namespace cache_on_disk {
namespace {

struct Circle {
  double x = 0, y = 0, radius = 0;
  bool operator==(const Circle&) const = default;
};
CACHE_ON_DISK_FIELDS(Circle, x, y, radius)

struct Disk {
  double x = 0, y = 0, radius = 0;
  bool operator==(const Disk&) const = default;
};
CACHE_ON_DISK_FIELDS(Disk, x, y, radius)

struct Labelled {
  double x = 0;
  std::string label;
  bool operator==(const Labelled&) const = default;
};
CACHE_ON_DISK_FIELDS(Labelled, x, label)

enum class Band { red, blue };

template <class... T>
constexpr bool one_thing = pickle::holds_one_thing_twice(std::type_identity<std::variant<T...>>());
template <class A, class B>
constexpr bool apart = pickle::are_always_apart<A, B>() && pickle::are_always_apart<B, A>();
template <class... T>
bool compares() {
  return pickle::may_be_mistaken(std::type_identity<std::variant<T...>>());
}

using Bytes = std::vector<std::byte>;
using Strings = std::vector<std::string>;
using Path = std::filesystem::path;

static_assert(one_thing<int, long> && one_thing<int, std::string, std::uint8_t> && one_thing<float, double> &&
              one_thing<int, int>);
static_assert(one_thing<Band, int> && one_thing<std::string, Path> &&
              one_thing<std::complex<float>, std::complex<double>>);
static_assert(one_thing<std::optional<int>, std::optional<std::string>> &&
              one_thing<std::monostate, std::optional<int>>);
static_assert(one_thing<std::list<std::string>, std::deque<std::string>> &&
              one_thing<std::pair<int, Path>, std::tuple<long, std::string>>);
static_assert(one_thing<std::map<std::string, int>, std::unordered_map<std::string, long>>);
static_assert(!one_thing<bool, int, double, std::complex<double>, std::string> && !one_thing<std::string, Bytes> &&
              !one_thing<Circle, Disk>);
static_assert(!one_thing<std::chrono::seconds, std::chrono::milliseconds> &&
              !one_thing<std::pair<int, int>, std::tuple<int, int, int>>);
static_assert(!one_thing<std::vector<double>, std::array<double, 3>> && !one_thing<Strings, std::list<Circle>>);
static_assert(!one_thing<Circle, Value> && !one_thing<std::optional<float>, double>,
              "some of these come back as themselves");

static_assert(apart<std::int64_t, double> && apart<double, std::vector<double>> && apart<double, Array<double>>);
static_assert(apart<Array<float>, Array<double>> && apart<std::vector<float>, Array<double>>);
static_assert(!apart<std::vector<double>, Array<double>> && !apart<std::vector<double>, AnyArray> &&
              !apart<std::string, Bytes>);
static_assert(!apart<Circle, std::map<std::string, int>> && !apart<Strings, std::list<Circle>>);

TEST(Alternatives, are_compared_only_where_values_may_look_alike) {
  EXPECT_FALSE(
      (compares<std::monostate, bool, std::int64_t, double, std::string, Strings, std::map<std::string, int>>()));
  EXPECT_FALSE((compares<double, Array<double>, Array<float>>()));
  EXPECT_FALSE((compares<Circle, Labelled, std::string>())) << "they have other fields";
  EXPECT_TRUE((compares<Circle, Disk>()));
  EXPECT_TRUE((compares<int, Circle, std::map<std::string, int>>()));
  EXPECT_TRUE((compares<std::vector<double>, AnyArray>()));
}

template <class T>
Result<std::string> stored(const T& value) {
  return pickle::dump([&](pickle::Writer& writer) { pickle::Form<T>::write(writer, value); });
}

template <class T>
void expect_back(const T& value) {
  const auto bytes = stored(value);
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  const auto again = Codec<T>::decode({std::as_bytes(std::span(*bytes)), nullptr});
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(*again, value);
}

template <class T>
void expect_refused(const T& value, const std::string& why) {
  const auto bytes = stored(value);
  ASSERT_FALSE(bytes.ok());
  EXPECT_EQ(bytes.error().message, why);
}

const std::string as_first =
    "alternative 1 of a std::variant would be read as its alternative 0, which is stored alike";

TEST(Alternatives, with_the_same_fields_come_back_as_the_first_only) {
  using Shape = std::variant<Circle, Disk>;
  expect_back(Shape(Circle{1, 2, 3}));
  expect_refused(Shape(Disk{1, 2, 3}), as_first);
  expect_refused(std::map<std::string, std::vector<Shape>>{{"a", {Circle{}, Disk{}}}}, as_first);
}

TEST(Alternatives, with_other_fields_come_back) {
  using Shape = std::variant<Circle, Labelled, std::map<std::string, double>>;
  expect_back(Shape(Circle{1, 2, 3}));
  expect_back(Shape(Labelled{1, "a"}));
  expect_back(Shape(std::map<std::string, double>{{"x", 1}, {"y", 2}}));
  expect_refused(Shape(std::map<std::string, double>{{"x", 1}, {"y", 2}, {"radius", 3}}),
                 "alternative 2 of a std::variant would be read as its alternative 0, which is stored alike");
}

TEST(Alternatives, that_are_empty_come_back_as_the_first_only) {
  using Lists = std::variant<Strings, std::list<Circle>>;
  expect_back(Lists(Strings{}));
  expect_back(Lists(Strings{"a"}));
  expect_back(Lists(std::list<Circle>{{1, 2, 3}}));
  expect_refused(Lists(std::list<Circle>{}), as_first);
  using Maps = std::variant<std::map<std::string, std::string>, std::map<std::string, double>>;
  expect_refused(Maps(std::map<std::string, double>{}), as_first);
  using Sets = std::variant<std::set<std::string>, std::set<int>>;
  expect_back(Sets(std::set<int>{3}));
  expect_refused(Sets(std::set<int>{}), as_first);
  using Nests = std::variant<std::vector<Strings>, std::vector<std::list<Circle>>>;
  expect_refused(Nests(std::vector<std::list<Circle>>{{}, {}}), as_first);
  expect_back(Nests(std::vector<std::list<Circle>>{{}, {Circle{}}}));
}

TEST(Alternatives, of_text_and_bytes_come_back_where_they_differ) {
  using Either = std::variant<std::string, Bytes>;
  expect_back(Either("text"));
  expect_back(Either("\xff is not UTF-8"));
  expect_back(Either(Bytes{std::byte{'a'}}));
  expect_refused(Either(Bytes{std::byte{0xff}}), as_first);
}

TEST(Alternatives, of_arrays_come_back_where_they_differ) {
  using Point = std::variant<std::array<double, 2>, std::vector<double>>;
  expect_back(Point(std::array<double, 2>{1, 2}));
  expect_back(Point(std::vector<double>{1, 2, 3}));
  expect_refused(Point(std::vector<double>{1, 2}), as_first);
  using Numbers = std::variant<std::vector<float>, std::vector<double>, std::vector<int>>;
  expect_back(Numbers(std::vector<double>{1}));
  expect_back(Numbers(std::vector<int>{}));
}

/// Two that a Conversion tells apart: it takes back only what it has made.
template <int kind>
struct Marked {
  double value = 0;
  bool operator==(const Marked&) const = default;
};

}  // namespace

template <int kind>
struct Conversion<Marked<kind>> {
  static std::pair<int, double> to(const Marked<kind>& one) { return {kind, one.value}; }
  static Result<Marked<kind>> from(const std::pair<int, double>& stored) {
    if (stored.first != kind) return Error{"of another kind"};
    return Marked<kind>{stored.second};
  }
};

namespace {

TEST(Alternatives, that_a_conversion_tells_apart_come_back) {
  using Either = std::variant<Marked<1>, Marked<2>>;
  expect_back(Either(Marked<1>{0.5}));
  expect_back(Either(Marked<2>{0.5}));
}

TEST(Alternatives, of_any_array_come_back_where_they_differ) {
  using Either = std::variant<std::vector<double>, AnyArray>;
  const auto any = [](const auto& array) { return AnyArray(array); };
  expect_refused(Either(any(Array<double>({2}, std::vector<double>{1, 2}))), as_first);
  EXPECT_TRUE(stored(Either(std::vector<double>{1, 2})).ok());
  const auto matrix = stored(Either(any(Array<double>({1, 2}, std::vector<double>{1, 2}))));
  ASSERT_TRUE(matrix.ok()) << matrix.error().message;
  EXPECT_EQ(Codec<Either>::decode({std::as_bytes(std::span(*matrix)), nullptr})->index(), 1u);
  expect_refused(std::variant<AnyArray, std::vector<double>>(std::vector<double>{1, 2}), as_first);
}

/// A node that is compared at each level it is on.
struct Tree {
  std::string name;
  std::vector<std::variant<Tree, Labelled>> children;
  bool operator==(const Tree&) const = default;
};
CACHE_ON_DISK_FIELDS(Tree, name, children)

TEST(Alternatives, within_alternatives_take_no_time_that_doubles_with_each_level) {
  Tree tree{"leaf", {Labelled{1, "a"}}};
  for (int level = 0; level < 60; ++level) tree = {"branch", {std::move(tree), Labelled{2, "b"}}};
  expect_back(tree);
}

}  // namespace
}  // namespace cache_on_disk
