// Alternatives of a std::variant come back as themselves, or are not stored.
#include "cache_on_disk/pickle/alternatives.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
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
constexpr bool alike = pickle::holds_types_alike(std::type_identity<std::variant<T...>>());
template <class... T>
constexpr bool apart = pickle::are_always_apart(std::type_identity<std::variant<T...>>());

using Bytes = std::vector<std::byte>;
using Strings = std::vector<std::string>;
using Path = std::filesystem::path;

static_assert(alike<int, long> && alike<int, std::string, std::uint8_t> && alike<float, double> && alike<int, int> && alike<Band, int>);
static_assert(alike<std::string, Path> && alike<Value, int> && alike<std::complex<float>, std::complex<double>>);
static_assert(alike<std::optional<int>, std::optional<std::string>> && alike<std::monostate, std::optional<int>>);
static_assert(alike<std::optional<float>, double> && alike<std::list<std::string>, std::deque<std::string>>);
static_assert(alike<std::map<std::string, int>, std::unordered_map<std::string, long>> && alike<std::pair<int, Path>, std::tuple<long, std::string>>);
static_assert(!alike<bool, int, double, std::complex<double>, std::string> && !alike<std::string, Bytes> && !alike<Circle, Disk>);
static_assert(!alike<std::chrono::seconds, std::chrono::milliseconds> && !alike<std::pair<int, int>, std::tuple<int, int, int>>);
static_assert(!alike<std::vector<double>, std::array<double, 3>> && !alike<Strings, std::list<Circle>>);
static_assert(apart<std::monostate, bool, std::int64_t, double, std::string, Strings, std::map<std::string, int>>);
static_assert(!apart<std::string, Bytes> && !apart<Circle, std::map<std::string, int>> && !apart<Strings, std::list<Circle>>);

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

const std::string as_first = "alternative 1 of a std::variant would be read as its alternative 0, which is stored alike";

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
  expect_back(Either("\xff is no UTF-8"));
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
