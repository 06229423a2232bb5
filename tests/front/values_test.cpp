// Every supported type comes back from disk as it was computed, and numpy reads the same.
#include <cache_on_disk/cache_on_disk.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "front/program.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

template <class T>
struct Box {
  CachedRef<T> value() const {
    return value_([this] {
      ++calls;
      return input;
    });
  }
  T input{};
  mutable int calls = 0;
  Cached<T> value_{};
  CACHE_ON_DISK(Box, value_)
};

/// What a second object, which cannot compute it, reads from disk.
template <class T>
T from_disk(const std::string& tmpdir, const T& value) {
  Box<T> writer{.input = value}, reader;
  for (Box<T>* const box : {&writer, &reader}) {
    set_tmpdir(*box, tmpdir);
    set_tag(*box, "night");
  }
  clear_cache(writer);
  writer.value();
  const T read = *reader.value();
  EXPECT_EQ(reader.calls, 0) << "the value was computed again";
  EXPECT_EQ(statistics(reader, "value").from_disk, 1u);
  return read;
}

template <class T>
void expect_back(std::initializer_list<T> values) {
  const TemporaryDirectory directory;
  for (const T& value : values) EXPECT_EQ(from_disk<T>(directory.path(), value), value);
}

TEST(Values, IntegersKeepTheirExtremes) {
  const auto extremes = []<class... T>(std::type_identity<T>...) {
    (expect_back<T>({std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), T(0), T(1), T(-1)}), ...);
  };
  extremes(std::type_identity<std::int8_t>(), std::type_identity<std::uint8_t>(), std::type_identity<std::int16_t>(),
           std::type_identity<std::uint16_t>(), std::type_identity<std::int32_t>(), std::type_identity<std::uint32_t>(),
           std::type_identity<std::int64_t>(), std::type_identity<std::uint64_t>(), std::type_identity<long long>(),
           std::type_identity<unsigned long>());
}

TEST(Values, BoolsKeepTheirValue) { expect_back<bool>({true, false}); }

TEST(Values, DoublesKeepEveryBit) {
  expect_back<double>({0.1, -1e308, std::numeric_limits<double>::denorm_min(), INFINITY, -INFINITY});
  const TemporaryDirectory directory;
  EXPECT_TRUE(std::isnan(from_disk<double>(directory.path(), NAN)));
  EXPECT_TRUE(std::signbit(from_disk<double>(directory.path(), -0.0)));
}

TEST(Values, FloatsKeepEveryBit) {
  expect_back<float>({0.1F, 3.4e38F, std::numeric_limits<float>::denorm_min(), -INFINITY});
}

TEST(Values, ComplexNumbersKeepBothParts) {
  expect_back<std::complex<double>>({{1.5, -2.5}, {0, INFINITY}});
  expect_back<std::complex<float>>({{0.1F, -0.2F}});
}

TEST(Values, TextMayBeEmptyLongOrNoText) {
  expect_back<std::string>({"", "seeing", "Garching bei München", std::string("a\0b", 3), "\xff\xfe no UTF-8",
                            std::string(300, 'x'), std::string(100'000, 'y')});
}

TEST(Values, VectorsMayBeEmptyOrLarge) {
  expect_back<std::vector<double>>({{}, {1.5}, std::vector<double>(200'000, 0.1)});
  expect_back<std::vector<std::int16_t>>({{}, {1, -2, 3}});
  expect_back<std::vector<bool>>({{}, {true, false, true}});
  expect_back<std::vector<std::complex<float>>>({{{1, 2}, {3, 4}}});
}

TEST(Values, NestedVectorsKeepTheirShape) {
  expect_back<std::vector<std::vector<double>>>({{}, {{1, 2, 3}, {4, 5, 6}}, {{}, {}}});
  expect_back<std::vector<std::array<float, 3>>>({{}, {{1, 2, 3}, {4, 5, 6}}});
  expect_back<std::array<std::array<int, 2>, 2>>({{{{1, 2}, {3, 4}}}});
  expect_back<std::vector<std::vector<std::vector<int>>>>({{{{1}, {2}}, {{3}, {4}}, {{5}, {6}}}});
}

TEST(Values, PointsInTimeAndDurationsKeepTheirUnit) {
  expect_back<system_clock::time_point>({system_clock::time_point(), system_clock::time_point(1712707200123456789ns)});
  expect_back<std::chrono::milliseconds>({0ms, -5ms, std::chrono::milliseconds::min()});
  expect_back<std::vector<std::chrono::seconds>>({{}, {1s, 2s}});
  expect_back<std::chrono::sys_days>({});
}

TEST(Values, ArraysKeepShapeAndElementsInEveryMemoryOrder) {
  const TemporaryDirectory directory;
  const Array<double> matrix({2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6});
  const Array<double> turned = matrix.transpose();
  for (const Array<double>& array :
       {matrix, turned, matrix.slice(1, 1, 3), Array<double>({0, 4}, std::vector<double>{}),
        Array<double>({}, std::vector<double>{7}), Array<double>()}) {
    const Array<double> read = from_disk(directory.path(), array);
    EXPECT_EQ(read.shape(), array.shape());
    EXPECT_TRUE(std::equal(read.begin(), read.end(), array.begin(), array.end()));
  }
}

TEST(Values, LargeArraysAreMappedAndOutliveTheirFileAndCell) {
  const TemporaryDirectory directory;
  const Array<float> large({1000, 1000}, [](std::span<float> all) { std::fill(all.begin(), all.end(), 0.5F); });
  const Array<float> read = from_disk(directory.path(), large);
  std::filesystem::remove_all(directory / "cachenight");
  EXPECT_EQ(read(999, 999), 0.5F);
}

TEST(Values, RaggedVectorsKeepTheirLengths) {
  expect_back<std::vector<std::vector<double>>>({{{1, 2}, {3}}, {{}, {3}}});
  expect_back<std::vector<std::vector<std::vector<int>>>>({{{{1}, {2}}, {{1}}}, {{{1}, {2}}, {{1}, {2, 3}}}});
}

/// One object with a method of each kind, for numpy to look at.
struct Everything {
  Cached<double> number_;
  Cached<std::int64_t> integer_;
  Cached<bool> flag_;
  Cached<std::complex<double>> complex_;
  Cached<std::string> text_, bytes_;
  Cached<std::vector<double>> vector_, empty_;
  Cached<std::vector<bool>> flags_;
  Cached<std::vector<std::vector<float>>> matrix_;
  Cached<system_clock::time_point> time_;
  Cached<std::chrono::milliseconds> duration_;
  Cached<Array<std::uint16_t>> turned_;
  CACHE_ON_DISK(Everything, number_, integer_, flag_, complex_, text_, bytes_, vector_, empty_, flags_, matrix_, time_,
                duration_, turned_)

  void compute() const {
    number_([] { return std::numbers::pi; });
    integer_([] { return std::int64_t{-123456789012}; });
    flag_([] { return true; });
    complex_([] { return std::complex<double>(1, -2); });
    text_([] { return std::string("M\xC3\xBCnchen"); });
    bytes_([] { return std::string("\xff\x00z", 3); });
    vector_([] { return std::vector<double>{1, 2.5, -3}; });
    empty_([] { return std::vector<double>(); });
    flags_([] { return std::vector<bool>{true, false}; });
    matrix_([] { return std::vector<std::vector<float>>{{1, 2, 3}, {4, 5, 6}}; });
    time_([] { return system_clock::time_point(1712707200123456789ns); });
    duration_([] { return -1500ms; });
    turned_([] { return Array<std::uint16_t>({2, 3}, std::vector<std::uint16_t>{1, 2, 3, 4, 5, 6}).transpose(); });
  }
};

constexpr const char* numpy_looks = R"(
import sys, numpy as np
def load(name): return np.load(sys.argv[1] + '/root.Everything.' + name + '.npy', allow_pickle=True)
def plain(name, value):
    found = load(name)
    found = found.item() if isinstance(found, np.ndarray) else found
    assert type(found) is type(value) and found == value, (name, found)
def array(name, dtype, value):
    found = load(name)
    wanted = np.array(value, dtype=dtype)
    assert found.dtype == wanted.dtype and found.shape == wanted.shape and (found == wanted).all(), (name, found)
plain('number', 3.141592653589793); plain('integer', -123456789012); plain('flag', True); plain('complex', 1-2j)
plain('text', 'M\u00fcnchen'); plain('bytes', b'\xff\x00z')
array('vector', '<f8', [1, 2.5, -3]); array('empty', '<f8', []); array('flags', '?', [True, False])
array('matrix', '<f4', [[1, 2, 3], [4, 5, 6]]); array('time', '<M8[ns]', '2024-04-10T00:00:00.123456789')
array('duration', '<m8[ms]', -1500); array('turned', '<u2', [[1, 4], [2, 5], [3, 6]])
)";

TEST(Values, AreReadAsTheyAreByNumpy) {
  if (!has_numpy()) GTEST_SKIP() << "no /usr/bin/python3 with numpy";
  const TemporaryDirectory directory;
  Everything everything;
  set_tmpdir(everything, directory.path());
  set_tag(everything, "night");
  everything.compute();
  const Outcome outcome = run_python(numpy_looks, {directory / "cachenight"});
  EXPECT_EQ(outcome.code, 0) << outcome.output;
}

}  // namespace
}  // namespace cache_on_disk
