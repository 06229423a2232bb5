// Values that are not arrays: what a cached method returns comes back from disk, and Python finds it there.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <variant>

#include "front/program.hpp"
#include "support/temporary_directory.hpp"

namespace survey {

struct Fit {
  double slope = 0;
  std::vector<double> residuals;
  std::optional<std::string> star;
  bool operator==(const Fit&) const = default;
};
CACHE_ON_DISK_FIELDS(Fit, slope, residuals, star)

struct Angle {
  double degrees = 0;
  bool operator==(const Angle&) const = default;
};

}  // namespace survey

template <>
struct cache_on_disk::Conversion<survey::Angle> {
  static std::vector<double> to(const survey::Angle& angle) { return {angle.degrees}; }
  static Result<survey::Angle> from(const std::vector<double>& degrees) {
    if (degrees.size() != 1) return Error{"an angle is one number"};
    return survey::Angle{degrees[0]};
  }
};

namespace cache_on_disk {
namespace {

using survey::Angle, survey::Fit;
using ::testing::HasSubstr;

template <class T>
struct Method {
  T value() const {
    return *value_([this] { return ++calls, input; });
  }
  T input{};
  mutable int calls = 0;
  Cached<T> value_{};
  CACHE_ON_DISK(Method, value_)
};

class PickledValues : public testing::Test {
 protected:
  template <class T>
  Method<T>& tag(Method<T>& method) const {
    set_tmpdir(method, directory.path());
    set_tag(method, "night");
    return method;
  }
  template <class T>
  void expect_back(const T& value) const {
    Method<T> writer{.input = value}, reader;
    clear_cache(tag(writer));
    writer.value();
    EXPECT_TRUE(tag(reader).value() == value);
    EXPECT_EQ(reader.calls, 0) << "the value was computed again";
  }
  template <class T>
  void write_with_python(const std::string& expression, const Method<T>& method) const {
    const Outcome outcome = run_python(
        "import os, pickle, sys\n"
        "os.makedirs(os.path.dirname(sys.argv[1]), mode=0o700, exist_ok=True)\n"
        "with open(sys.argv[1], 'wb') as file: pickle.dump(" +
            expression +
            ", file)\n"
            "os.chmod(sys.argv[1], 0o600)",
        {get_disk_cacher(method, "value").fullpath()});
    ASSERT_EQ(outcome.code, 0) << outcome.output;
  }
  TemporaryDirectory directory;
};

TEST_F(PickledValues, ComeBackFromDisk) {
  expect_back(Fit{0.5, {1, 2}, "HD 1"});
  expect_back(std::map<std::string, std::list<Fit>>{{"a", {{0.5, {}, std::nullopt}}}, {"b", {}}});
  expect_back(std::unordered_map<int, std::set<std::string>>{{1, {"x", "y"}}, {-1, {}}});
  expect_back(std::tuple<int, std::string, std::vector<std::byte>>(1, "x", {std::byte{7}}));
  expect_back(std::variant<std::monostate, int, std::string>("text"));
  expect_back(std::optional<double>());
  expect_back(std::filesystem::path("/data/night"));
  expect_back(Angle{45});
  expect_back(std::vector<Angle>{{45}, {90}});
  expect_back(Value::dict({{"gain", 0.5}, {"modes", Value::list({1, "two", nullptr})}}));
}

TEST_F(PickledValues, AreNaturalObjectsForPython) {
  if (!has_numpy()) GTEST_SKIP() << "no /usr/bin/python3 with numpy";
  Method<std::map<std::string, Fit>> method{.input = {{"a", {0.5, {1, 2}, "HD 1"}}}};
  tag(method).value();
  const Outcome outcome = run_python(
      "import sys, numpy as np\n"
      "fits = np.load(sys.argv[1], allow_pickle=True)\n"
      "fit = fits['a']\n"
      "assert list(fits) == ['a'] and list(fit) == ['slope', 'residuals', 'star'], fits\n"
      "assert fit['slope'] == 0.5 and fit['star'] == 'HD 1', fit\n"
      "assert fit['residuals'].dtype == np.dtype('f8') and fit['residuals'].tolist() == [1, 2], fit",
      {get_disk_cacher(method, "value").fullpath()});
  EXPECT_EQ(outcome.code, 0) << outcome.output;
}

TEST_F(PickledValues, OfPythonAreRead) {
  if (!has_numpy()) GTEST_SKIP() << "no /usr/bin/python3";
  Method<std::map<std::string, Fit>> method;
  tag(method);
  write_with_python("{'a': {'star': None, 'slope': 2, 'residuals': [0.5]}}", method);
  EXPECT_EQ(method.value(), (std::map<std::string, Fit>{{"a", {2, {0.5}, std::nullopt}}}));
  EXPECT_EQ(method.calls, 0);
}

TEST_F(PickledValues, ThatDoNotFitAreLeftAloneAndToldOf) {
  if (!has_numpy()) GTEST_SKIP() << "no /usr/bin/python3";
  using Fits = std::map<std::string, Fit>;
  Method<Fits> method{.input = {{"mine", {}}}}, again;
  tag(method), tag(again);
  write_with_python("{'a': {'star': None, 'slope': 'steep', 'residuals': []}}", method);
  const std::string theirs = get_disk_cacher(method, "value").fullpath();
  const auto size = std::filesystem::file_size(theirs);
  set_logfile(directory / "log");
  EXPECT_EQ(method.value(), method.input);
  set_logfile("");
  EXPECT_EQ(std::filesystem::file_size(theirs), size);
  std::ifstream log(directory / "log");
  const std::string said((std::istreambuf_iterator<char>(log)), {});
  EXPECT_THAT(said, HasSubstr("root.Method.value.npy: ['a'].slope: the str 'steep' is not a float"));
  EXPECT_EQ(again.value(), method.input);
  EXPECT_EQ(again.calls, 0);
}

TEST_F(PickledValues, ThatAConversionRefusesAreComputedAnew) {
  Method<std::vector<double>> numbers{.input = {1, 2}};
  Method<Angle> angle{.input = {7}};
  core::bind_alone(numbers.value_, "M.value", "root",
                   {.tag = "night", .prefix = "cache", .tmpdir = directory.path(), .trust = {}});
  core::bind_alone(angle.value_, "M.value", "root",
                   {.tag = "night", .prefix = "cache", .tmpdir = directory.path(), .trust = {}});
  numbers.value();
  EXPECT_EQ(angle.value(), Angle{7});
  EXPECT_EQ(angle.calls, 1);
}

TEST_F(PickledValues, AreStoredInPiecesIfTheyAreLarge) { expect_back(std::list<double>(2'500'000, 0.1)); }

}  // namespace
}  // namespace cache_on_disk
