#include "cache_on_disk/detail/npy/array_codecs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <complex>
#include <limits>
#include <numeric>

#include "cache_on_disk/detail/npy/header.hpp"
#include "cache_on_disk/detail/pickle/pickle_codecs.hpp"
#include "npy/golden.hpp"

namespace cache_on_disk {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

static_assert(Cacheable<Array<double>> && Cacheable<AnyArray> && Cacheable<std::vector<std::array<float, 3>>>);
static_assert(!ArrayElement<wchar_t> && !ArrayElement<int*> && !detail::NestedArray<std::vector<std::string>>);

template <class T>
void expect_numbers(const std::string& name) {
  const auto array = decoded<Array<T>>(golden(name));
  ASSERT_EQ(array.shape(), (Shape{2, 3, 4})) << name;
  for (std::size_t i = 0; i < 24; ++i) {
    const T expected = static_cast<T>(static_cast<float>(i) - 5.0F);
    EXPECT_EQ(array(i / 12, i / 4 % 3, i % 4), expected) << name;
  }
}

TEST(ArrayCodec, ReadsValuesThatNumpyWroteInAnyOrder) {
  expect_numbers<double>("numbers_little_f8");
  expect_numbers<double>("numbers_big_f8");
  expect_numbers<double>("numbers_fortran");
  expect_numbers<double>("numbers_big_fortran");
  expect_numbers<float>("numbers_little_f4");
  expect_numbers<std::int32_t>("numbers_little_i4");
  expect_numbers<std::int32_t>("numbers_big_i4");
  expect_numbers<long>("numbers_little_i8");
  expect_numbers<long long>("numbers_little_i8");
  expect_numbers<std::complex<double>>("numbers_little_c16");
  expect_numbers<std::complex<float>>("numbers_big_c8");
  EXPECT_EQ(static_cast<float>(decoded<Array<Float16>>(golden("numbers_little_f2"))(1, 2, 3)), 18.0F);
}

TEST(ArrayCodec, WritesTheFileOfNumpyAgain) {
  EXPECT_EQ(stored(decoded<Array<double>>(golden("numbers_little_f8"))), read_file("values/numbers_little_f8.npy"));
  EXPECT_EQ(stored(decoded<Array<double>>(golden("numbers_big_f8"))), read_file("values/numbers_little_f8.npy"));
  EXPECT_EQ(stored(decoded<Array<double>>(golden("numbers_fortran"))), read_file("values/numbers_fortran.npy"));
  EXPECT_EQ(stored(decoded<Array<bool>>(golden("bools"))), read_file("values/bools.npy"));
}

TEST(ArrayCodec, WritesOtherLayoutsInCOrder) {
  const auto array = decoded<Array<double>>(golden("numbers_little_f8"));
  const Array<double> swapped({2, 3, 4}, {12, 1, 3}, array.data(), array.owner());  // neither order
  EXPECT_EQ(decoded<Array<double>>(payload_of(stored(swapped))), swapped);
  EXPECT_EQ(stored(swapped), stored(swapped.contiguous()));
  const auto part = array.slice(2, 1, 4, 2).slice(0, 1, 2);
  EXPECT_EQ(stored(part), stored(part.contiguous()));
}

TEST(ArrayCodec, ReadsAndWritesAContiguousArrayWithoutACopy) {
  const Payload payload = golden("numbers_fortran");
  const auto array = decoded<Array<double>>(payload);
  EXPECT_EQ(reinterpret_cast<const std::byte*>(array.data()), payload.bytes.data() + 128);

  const Array<double> large({1000, 1000}, std::vector<double>(1000000));
  for (const auto& each : {large, large.transpose()}) {
    StringSink sink;
    Codec<Array<double>>::encode(each)->body(sink);
    ASSERT_EQ(sink.firsts.size(), 1U);
    EXPECT_EQ(sink.firsts[0], reinterpret_cast<const std::byte*>(each.data()));
  }
}

TEST(ArrayCodec, WritesStridedArraysThroughASmallBuffer) {
  const Array<double> large({1000, 1000}, [](std::span<double> all) { std::iota(all.begin(), all.end(), 0.0); });
  const auto part = large.slice(1, 0, 1000, 2);
  StringSink sink;
  Codec<Array<double>>::encode(part)->body(sink);
  EXPECT_LE(sink.largest, std::size_t{1} << 20);
  EXPECT_EQ(decoded<Array<double>>(payload_of(stored(part))), part);
}

TEST(ArrayCodec, StopsOnceTheSinkFails) {
  struct Full : Sink {
    bool write(std::span<const std::byte>) override { return ++calls, false; }
    int calls = 0;
  };
  const Array<double> large({4000, 1000}, std::vector<double>(4000000));
  Full full;
  Codec<Array<double>>::encode(large.slice(1, 0, 1000, 2))->body(full);
  EXPECT_LE(full.calls, 2);
}

TEST(ArrayCodec, SaysWhatTheFileHoldsAndWhatWasAskedFor) {
  EXPECT_EQ((refusal<std::vector<double>>(payload_of(stored(std::vector<std::array<int, 4>>(3))))),
            "the file holds '<i4' of shape (3, 4), asked for '<f8' with 1 dimension");
  EXPECT_EQ(refusal<Array<float>>(golden("numbers_little_f8")),
            "the file holds '<f8' of shape (2, 3, 4), asked for '<f4'");
  EXPECT_THAT((refusal<std::vector<std::vector<double>>>(golden("numbers_little_f8"))), HasSubstr("with 2 dimensions"));
  EXPECT_THAT(refusal<Array<std::uint64_t>>(golden("numbers_little_i8")), HasSubstr("'<i8'"));
}

TEST(ArrayCodec, MakesOddBoolsTrue) {
  EXPECT_THAT(decoded<Array<bool>>(golden("odd_bools")), ElementsAre(true, false, true, true));
  const Payload bools = golden("bools");
  EXPECT_EQ(reinterpret_cast<const std::byte*>(decoded<Array<bool>>(bools).data()), bools.bytes.data() + 128);
}

TEST(ArrayCodec, HasLongDoublesWithoutTheirPadding) {
  if (std::numeric_limits<long double>::digits != 64) GTEST_SKIP() << "another long double";
  std::vector<long double> values(4);
  std::memset(values.data(), 0xFF, values.size() * sizeof(long double));
  const long double wanted[] = {0.0L, 1.5L, -2.25L, std::numeric_limits<long double>::infinity()};
  for (std::size_t i = 0; i < 4; ++i) std::memcpy(&values[i], &wanted[i], 10);
  const std::string bytes = stored(values);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(bytes.substr(128 + 16 * i + 10, 6), std::string(6, '\0'));
  EXPECT_EQ(bytes, read_file("values/long_double.npy"));
  EXPECT_EQ(decoded<std::vector<long double>>(golden("long_double")), values);
  std::string big = bytes;
  big.replace(big.find("<f16"), 1, ">");
  EXPECT_FALSE(Codec<std::vector<long double>>::decode(payload_of(big)).ok());
}

TEST(VectorCodec, NestsVectorsAndArrays) {
  const auto round_trip = [](const auto& value) {
    using T = std::decay_t<decltype(value)>;
    EXPECT_EQ(decoded<T>(payload_of(stored(value))), value);
  };
  round_trip(std::vector<double>{1, 2, 3});
  round_trip(std::vector<std::vector<int>>{{1, 2, 3}, {4, 5, 6}});
  round_trip(std::vector<std::array<float, 3>>{{1, 2, 3}, {4, 5, 6}});
  round_trip(std::array<std::vector<std::array<short, 2>>, 2>{{{{1, 2}}, {{3, 4}}}});
  round_trip(std::array<std::array<std::uint8_t, 2>, 3>{{{1, 2}, {3, 4}, {5, 6}}});
  round_trip(std::vector<bool>{true, false, true});
  round_trip(std::vector<bool>(10000, true));
  round_trip(std::vector<std::vector<bool>>{{true, false}, {false, false}});
  round_trip(std::vector<char>{'a', 'b'});
  round_trip(std::vector<std::complex<float>>{{1, 2}});
  round_trip(std::vector<std::vector<double>>(300, std::vector<double>(7000, 0.5)));
}

TEST(VectorCodec, WritesWhatNumpyWritesOfTheSameArray) {
  std::vector<std::vector<std::array<double, 4>>> numbers(2, std::vector<std::array<double, 4>>(3));
  for (std::size_t i = 0; i < 24; ++i) numbers[i / 12][i / 4 % 3][i % 4] = static_cast<double>(i) - 5;
  EXPECT_EQ(stored(numbers), read_file("values/numbers_little_f8.npy"));
  EXPECT_EQ(decoded<decltype(numbers)>(golden("numbers_big_fortran")), numbers);
  EXPECT_EQ(stored(std::vector<bool>{true, false, true, true}), read_file("values/bools.npy"));
}

TEST(VectorCodec, NamesItsStoredType) {
  EXPECT_EQ((Codec<std::vector<std::array<float, 3>>>::stored_type().text()), "npy <f4 2");
  EXPECT_EQ(Codec<std::vector<std::vector<float>>>::stored_type().text(), "*");
  EXPECT_EQ(Codec<std::vector<char>>::stored_type().dtype, std::is_signed_v<char> ? "|i1" : "|u1");
  EXPECT_EQ(Codec<Array<std::byte>>::stored_type().text(), "npy |u1 *");
  EXPECT_EQ(Codec<AnyArray>::stored_type().text(), "npy * *");
  EXPECT_EQ((Codec<Array<double>>::encode(Array<double>({2, 2}, {1, 2, 3, 4}))->type),
            (StoredType{Format::npy, "<f8", 2}));
}

TEST(VectorCodec, KeepsTheRankOfWhatIsEmpty) {
  const auto shape = [](const auto& value) { return decoded<AnyArray>(payload_of(stored(value))).shape(); };
  EXPECT_EQ(shape(std::vector<double>{}), Shape{0});
  EXPECT_EQ(shape(std::vector<std::vector<double>>{}), (Shape{0, 0}));
  EXPECT_EQ(shape(std::vector<std::vector<double>>(3)), (Shape{3, 0}));
  EXPECT_EQ(shape(std::vector<std::array<double, 3>>{}), (Shape{0, 3}));
  EXPECT_EQ(shape(std::vector<std::vector<std::array<double, 2>>>{}), (Shape{0, 0, 2}));
  EXPECT_EQ(shape(std::array<double, 0>{}), Shape{0});
  EXPECT_EQ(decoded<std::vector<std::vector<double>>>(payload_of(stored(std::vector<std::vector<double>>(3)))).size(),
            3U);
}

TEST(VectorCodec, ChecksTheExtentsTheTypeFixes) {
  const Payload payload = payload_of(stored(std::vector<double>{1, 2, 3}));
  EXPECT_EQ((decoded<std::array<double, 3>>(payload)), (std::array<double, 3>{1, 2, 3}));
  EXPECT_FALSE((Codec<std::array<double, 2>>::decode(payload).ok()));
  EXPECT_FALSE((Codec<std::array<double, 4>>::decode(payload).ok()));
  EXPECT_FALSE((Codec<std::array<std::array<double, 1>, 3>>::decode(payload).ok()));
}

TEST(VectorCodec, DoesNotMakeBillionsOfEmptyVectors) {
  const auto header = npy::write_header(Dtype{}, false, Shape{std::size_t{1} << 50, 0});
  EXPECT_FALSE(Codec<std::vector<std::vector<double>>>::decode(payload_of(*header)).ok());
  EXPECT_TRUE(Codec<Array<double>>::decode(payload_of(*header)).ok());
}

}  // namespace
}  // namespace cache_on_disk
