// C++ types read from what Python and NumPy of many versions wrote (values_golden.txt, see
// make_values_golden.py).
#include "cache_on_disk/value_as.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <list>
#include <map>
#include <set>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "cache_on_disk/detail/pickle/value_codec.hpp"
#include "pickle/random_value.hpp"

namespace cache_on_disk {
namespace {

using random_value::Fit;
using random_value::Tree;
using std::string_literals::operator""s;

bool operator==(const Fit& a, const Fit& b) { return a.slope == b.slope && a.stars == b.stars && a.order == b.order; }

std::vector<std::string> goldens(const std::string& wanted) {
  std::vector<std::string> pickles;
  std::ifstream file(COD_TEST_SOURCE_DIR "/pickle/values_golden.txt");
  for (std::string name, protocol, versions, digits; file >> name >> protocol >> versions >> digits;) {
    if (name != wanted) continue;
    std::string& pickle = pickles.emplace_back();
    for (std::size_t i = 0; i < digits.size(); i += 2)
      pickle += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  EXPECT_GE(pickles.size(), 1U) << wanted;
  return pickles;
}

Value read(const std::string& pickle) {
  auto value = read_value({std::as_bytes(std::span(pickle)), nullptr});
  EXPECT_TRUE(value.ok()) << value.error().message;
  return value ? *std::move(value) : Value();
}

/// Every pickle of that name gives this very value.
template <class T>
void expect(const std::string& name, const T& wanted) {
  for (const std::string& pickle : goldens(name)) {
    const auto found = value_as<T>(read(pickle));
    ASSERT_TRUE(found.ok()) << name << ": " << found.error().message;
    EXPECT_TRUE(*found == wanted) << name;
  }
}

/// No pickle of that name gives a T, and each says so.
template <class T>
void expect_refused(const std::string& name, const std::string& why) {
  for (const std::string& pickle : goldens(name)) {
    const auto found = value_as<T>(read(pickle));
    ASSERT_FALSE(found.ok()) << name;
    EXPECT_NE(found.error().message.find(why), std::string::npos) << name << ": " << found.error().message;
  }
}

TEST(ValueAs, reads_lists_and_tuples_into_sequences_and_tuples) {
  expect("floats", std::vector<double>{0.5, -1.5, 1e300});
  expect("floats", std::list<double>{0.5, -1.5, 1e300});
  expect("numbers", std::deque<double>{1, 2.5, -3});
  expect("numbers", std::array<double, 3>{1, 2.5, -3});
  expect("empty_list", std::vector<std::string>());
  expect("empty_tuple", std::tuple<>());
  expect("pair", std::pair<std::string, int>("a", 2));
  expect("mixed", std::tuple<int, std::string, std::optional<double>, bool>(1, "a", std::nullopt, true));
  expect("deque", std::vector<int>{1, 2, 3});
  expect("complex", std::vector<std::complex<double>>{{1, 2}, {0, 0.5}});
  std::list<int> thousand;
  for (int i = 0; i < 1001; ++i) thousand.push_back(i);
  expect("thousand", thousand);
}

TEST(ValueAs, reads_dicts_and_sets) {
  expect("nested", std::map<std::string, std::vector<double>>{{"a", {1.5, 2.5}}, {"b", {}}});
  expect("plain_dict", std::unordered_map<std::string, double>{{"seeing", 0.8}});
  expect("int_keys", std::map<int, std::string>{{-7, "x"}});
  expect("tuple_keys", std::map<std::tuple<int, std::string>, double>{{{1, "x"}, 0.5}});
  expect("default_dict", std::map<std::string, std::list<double>>{{"a", {1.5}}});
  expect("counter", std::map<std::string, int>{{"a", 2}});
  expect("set", std::unordered_set<int>{3});
  expect("frozenset", std::set<int>{3});
  expect_refused<std::set<int>>("ints", "a list of 7 items is not a set");
  expect_refused<std::map<std::string, int>>("two_keys",
                                             "the bytes b'a' does not fit: another key becomes the same in C++");
  expect("two_keys",
         std::map<std::variant<std::string, std::vector<std::byte>>, int>{{"a", 1}, {std::vector{std::byte{'a'}}, 2}});
}

TEST(ValueAs, takes_numbers_only_as_they_are) {
  expect("ints", std::tuple<int, std::uint8_t, short, signed char, std::uint32_t, std::int64_t, std::uint64_t>(
                     0, 255, 256, -1, std::uint32_t{1} << 31, INT64_MIN, UINT64_MAX));
  expect_refused<std::vector<std::uint8_t>>("ints", "[2]: the int 256 is not an unsigned integer of 8 bits");
  expect_refused<std::list<int>>("numbers", "[1]: the float 2.5 is not a signed integer of 32 bits");
  expect_refused<std::uint64_t>("big_int", "the int 18446744073709551616 is not an unsigned integer of 64 bits");
  expect_refused<std::map<std::string, float>>("plain_dict", "['seeing']: the float 0.8 is not a float of 32 bits");
  expect_refused<std::vector<double>>("complex", "[0]: the complex (1+2j) is not a float");
}

TEST(ValueAs, reads_fields_in_any_order_and_all_of_them) {
  expect("fit", Fit{0.5, {"HD 1", "HD 2"}, 3});
  expect("fit_turned", Fit{2, {}, std::nullopt});
  expect("namespace", Fit{0.5, {"HD 1", "HD 2"}, 3});
  expect_refused<Fit>("fit_less", "a dict of 1 item does not fit: it has no field 'stars'");
  expect_refused<Fit>("fit_more", "a dict of 4 items does not fit: it has 4 fields, asked for 3");
  for (const std::string& pickle : goldens("tree")) {
    const auto tree = value_as<Tree>(read(pickle));
    ASSERT_TRUE(tree.ok()) << tree.error().message;
    EXPECT_EQ(tree->name_, "root");
    ASSERT_EQ(tree->children_.size(), 2U);
    EXPECT_EQ(tree->children_[1].name_, "leaf");
  }
}

TEST(ValueAs, tells_where_a_value_does_not_fit) {
  using Deep = std::map<std::string, std::tuple<int, int, int, std::map<std::string, double>>>;
  expect_refused<Deep>("deep_error", "['a'][3]['slope']: the str 'x' is not a float");
}

TEST(ValueAs, reads_bytes_text_and_paths) {
  const std::vector bytes{std::byte{0}, std::byte{255}};
  expect("bytes", bytes);
  expect("bytearray", bytes);
  expect("bytes_array", bytes);
  expect("bytes", std::array{std::byte{0}, std::byte{255}});
  expect_refused<std::array<std::byte, 3>>("bytes", "the bytes b'\\x00\\xff' does not fit: asked for 3 items");
  expect("bytes", "\0\xff"s);
  expect("odd_string", "b\xc3\xa9"s);
  expect("path", std::filesystem::path("/data/night 1"));
  expect("odd_string", std::filesystem::path("b\xc3\xa9"));
}

TEST(ValueAs, reads_arrays_and_numpy_scalars) {
  for (const char* const name : {"array", "big_endian_array"}) {
    expect(name, Array<double>({3}, {1, 2, 3}));
    expect(name, std::vector<double>{1, 2, 3});
    expect(name, std::array<double, 3>{1, 2, 3});
    expect(name, std::list<double>{1, 2, 3});
  }
  for (const char* const name : {"matrix", "fortran_matrix"}) {
    expect(name, std::vector<std::vector<std::int32_t>>{{1, 2, 3}, {4, 5, 6}});
    expect(name, Array<std::int32_t>({2, 3}, {1, 2, 3, 4, 5, 6}));
  }
  expect("text_array", std::vector<std::string>{"HD 1", "M31"});
  expect("dict_of_arrays", std::map<std::string, Array<double>>{{"a", Array<double>({2}, {1, 2})}});
  expect("float64", 0.1);
  expect("float32", 0.5F);
  expect("float32", 0.5);
  expect("int32", -5);
  expect("int32", std::int64_t{-5});
  expect("bool_", true);
  expect("complex64", std::complex<float>(1, -2));
  expect("datetime64", std::chrono::system_clock::time_point(std::chrono::nanoseconds(1712707200123456789)));
  expect("timedelta64", std::chrono::milliseconds(-1500));
  expect("scalars", std::vector<double>{0.5, 2, 3});
  expect("zero_dimensions", 2.5);
  expect_refused<std::vector<float>>("array", "asked for '<f4' with 1 dimension");
  expect_refused<std::chrono::seconds>("timedelta64", "is not a timedelta64 of that unit");
}

TEST(ValueAs, takes_the_first_alternative_that_is_written_like_the_value) {
  using Number = std::variant<double, std::int64_t, std::string>;
  expect("numbers", std::vector<Number>{std::int64_t{1}, 2.5, std::int64_t{-3}});
  expect("pair", std::tuple<Number, Number>("a", std::int64_t{2}));
  using Sequence = std::variant<std::vector<double>, std::list<double>>;
  expect("floats", Sequence(std::list<double>{0.5, -1.5, 1e300}));
  expect("array", Sequence(std::vector<double>{1, 2, 3}));
  // None is written like it, so it is the first that it converts to.
  expect("numbers", std::variant<std::string, std::vector<double>>(std::vector<double>{1, 2.5, -3}));
  expect_refused<std::variant<int, std::map<std::string, std::list<std::string>>>>(
      "nested", "['a'][0]: the float 1.5 is not a str or bytes");
  expect_refused<std::variant<int, std::string>>("set", "is not a value of any of the types that it may have");
}

TEST(ValueAs, keeps_values_as_they_are) {
  for (const std::string& pickle : goldens("nested")) {
    const auto found = value_as<std::map<std::string, Value>>(read(pickle));
    ASSERT_TRUE(found.ok()) << found.error().message;
    EXPECT_EQ(found->at("a")[0].as_double(), 1.5);
  }
}

/// A list of lists of lists.
struct Lists {
  std::vector<Lists> lists;
};
}  // namespace

template <>
struct Conversion<Lists> {
  static const std::vector<Lists>& to(const Lists& value) { return value.lists; }
  static Lists from(std::vector<Lists> lists) { return {std::move(lists)}; }
};

namespace {

TEST(ValueAs, ends_where_a_value_contains_itself) {
  for (const std::string& pickle : goldens("loop")) {
    const auto found = value_as<Lists>(read(pickle));
    ASSERT_FALSE(found.ok());
    EXPECT_NE(found.error().message.find("contains itself"), std::string::npos) << found.error().message;
  }
}

TEST(ValueAs, does_not_copy_without_end_what_is_shared) {
  for (const std::string& pickle : goldens("laughs")) {
    const auto found = value_as<Lists>(read(pickle));
    ASSERT_FALSE(found.ok());
    EXPECT_NE(found.error().message.find("copied too often"), std::string::npos) << found.error().message;
  }
}

}  // namespace
}  // namespace cache_on_disk
