#include "cache_on_disk/detail/pickle/pickle_codecs.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <complex>
#include <cstdint>
#include <optional>
#include <variant>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "cache_on_disk/cache_on_disk.hpp"
#include "pickle/golden.hpp"

namespace cache_on_disk {
namespace {

using std::string_literals::operator""s;

static_assert(Cacheable<bool> && Cacheable<char> && Cacheable<std::int8_t> && Cacheable<unsigned long long>);
static_assert(Cacheable<float> && Cacheable<double> && Cacheable<std::string>);
static_assert(Cacheable<std::complex<float>> && Cacheable<std::complex<double>>);

template <class T>
std::string encoded(const T& value) {
  const auto encoding = Codec<T>::encode(value);
  if (Codec<T>::stored_type().format != Format::any) {
    EXPECT_EQ(encoding->type, Codec<T>::stored_type());
  }
  std::string bytes = encoding->head;
  pickle::StringOutput output(bytes);
  if (encoding->body) encoding->body(output);
  EXPECT_EQ(bytes.size(), encoding->head.size() + encoding->body_size);
  return bytes;
}

template <class T>
Result<T> decoded(const std::string& bytes) {
  return Codec<T>::decode({pickle::bytes_of(bytes), nullptr});
}

template <class T>
void expect_round_trip(const T& value) {
  const auto result = decoded<T>(encoded(value));
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(*result, value);
}

TEST(PickleCodecs, keep_quantities_and_masks) {
  static_assert(Cacheable<Quantity<Array<double>>> && Cacheable<Quantity<std::vector<int>>> &&
                Cacheable<Masked<Array<float>>>);
  expect_round_trip(Quantity<double>{2.5, "m / s"});
  expect_round_trip(Quantity<std::complex<float>>{{1, 2}, "V"});
  expect_round_trip(Quantity<std::vector<int>>{{1, 2, 3}, "adu"});
  expect_round_trip(Quantity<std::vector<std::vector<float>>>{{{1, 2}, {3, 4}}, ""});
  expect_round_trip(std::map<std::string, std::vector<Quantity<double>>>{{"a", {{1, "m"}, {2, "s"}}}});
  const Masked<std::vector<double>> map{{1, 2}, Array<bool>({2}, std::vector<bool>{false, true})};
  const auto again = decoded<Masked<std::vector<double>>>(encoded(map));
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->data, map.data);
  EXPECT_TRUE(again->mask(1) && !again->mask(0));
}

template <class T>
class EachInteger : public testing::Test {};
using Integers = testing::Types<char, signed char, unsigned char, short, unsigned short, int, unsigned, long,
                                unsigned long, long long, unsigned long long, wchar_t, char16_t>;
TYPED_TEST_SUITE(EachInteger, Integers);

TYPED_TEST(EachInteger, comes_back_and_no_other_fits) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam value : {Limits::min(), TypeParam{0}, TypeParam{1}, Limits::max()}) expect_round_trip(value);
  if constexpr (sizeof(TypeParam) < sizeof(long)) {
    EXPECT_FALSE(decoded<TypeParam>(encoded(long{Limits::max()} + 1)).ok());
    EXPECT_FALSE(decoded<TypeParam>(encoded(long{Limits::min()} - 1)).ok());
  }
  EXPECT_EQ(decoded<TypeParam>(encoded(-1)).ok(), Limits::is_signed);
  EXPECT_FALSE(decoded<TypeParam>(encoded(1.0)).ok());
  EXPECT_FALSE(decoded<TypeParam>(encoded(true)).ok());
}

TEST(ScalarCodec, keeps_bools_texts_and_numbers) {
  expect_round_trip(true);
  expect_round_trip(false);
  expect_round_trip(0.1);
  expect_round_trip(0.1F);
  expect_round_trip(-std::numeric_limits<double>::infinity());
  expect_round_trip(std::numeric_limits<float>::denorm_min());
  expect_round_trip(std::complex<double>(0.1, -0.0));
  expect_round_trip(std::complex<float>(0.1F, 2));
  expect_round_trip(std::string());
  expect_round_trip("caf\xc3\xa9 \0 \xff"s + std::string(100000, 'x'));
  EXPECT_TRUE(std::isnan(*decoded<double>(encoded(std::nan("")))));
  EXPECT_TRUE(std::isnan(*decoded<float>(encoded(std::nan("")))));
  EXPECT_TRUE(std::signbit(*decoded<double>(encoded(-0.0))));
}

TEST(ScalarCodec, takes_a_float_only_if_it_is_not_rounded) {
  EXPECT_EQ(*decoded<float>(encoded(0.5)), 0.5F);
  EXPECT_EQ(decoded<float>(encoded(0.1)).error().message, "the float 0.1 is not a float of 32 bits");
  EXPECT_FALSE(decoded<float>(encoded(1e300)).ok());
  EXPECT_FALSE(decoded<float>(encoded(1e-300)).ok());
  EXPECT_FALSE(decoded<std::complex<float>>(encoded(std::complex<double>(1, 0.1))).ok());
}

TEST(ScalarCodec, takes_an_int_for_a_float_only_if_it_is_not_rounded) {
  EXPECT_EQ(*decoded<double>(encoded(1)), 1.0);
  EXPECT_EQ(*decoded<double>(encoded(-(1L << 53))), -0x1p53);
  EXPECT_EQ(*decoded<double>(encoded(std::numeric_limits<std::int64_t>::min())), -0x1p63);
  EXPECT_EQ(*decoded<double>(encoded(std::uint64_t{1} << 63)), 0x1p63);
  EXPECT_FALSE(decoded<double>(encoded((1L << 53) + 1)).ok());
  EXPECT_FALSE(decoded<double>(encoded(std::numeric_limits<std::uint64_t>::max())).ok());
  EXPECT_EQ(*decoded<float>(encoded(1 << 24)), 0x1p24F);
  EXPECT_FALSE(decoded<float>(encoded((1 << 24) + 1)).ok());
  EXPECT_FALSE(decoded<double>(encoded(true)).ok());
}

TEST(ScalarCodec, takes_a_real_number_for_a_complex_one_but_not_the_other_way) {
  EXPECT_EQ(*decoded<std::complex<double>>(encoded(0.1)), std::complex<double>(0.1));
  EXPECT_EQ(*decoded<std::complex<double>>(encoded(3)), std::complex<double>(3));
  EXPECT_FALSE(decoded<double>(encoded(std::complex<double>(3))).ok());
}

TEST(ScalarCodec, takes_no_text_for_a_number_and_no_number_for_text) {
  EXPECT_FALSE(decoded<int>(encoded("1"s)).ok());
  EXPECT_FALSE(decoded<double>(encoded("1"s)).ok());
  EXPECT_FALSE(decoded<bool>(encoded(1)).ok());
  EXPECT_EQ(decoded<std::string>(encoded(1)).error().message, "the int 1 is not a str or bytes");
}

TEST(ScalarCodec, refuses_what_is_neither_a_pickle_nor_npy) {
  EXPECT_FALSE(decoded<double>("").ok());
  EXPECT_FALSE(decoded<double>("\x93NUMP").ok());
  EXPECT_FALSE(decoded<double>("\x93NUMPY").ok());
  EXPECT_FALSE(decoded<double>("hello").ok());
}

// What numpy.save writes for an array of no dimensions.
std::string npy(std::string_view descr, std::string_view data) {
  std::string header = "{'descr': '" + std::string(descr) + "', 'fortran_order': False, 'shape': (), }";
  header.resize(117, ' ');
  return "\x93NUMPY\x01\0v\0"s + header + "\n" + std::string(data);
}

TEST(ScalarCodec, reads_an_npy_file_of_no_dimensions_too) {
  EXPECT_EQ(*decoded<double>(npy("<f8", "\0\0\0\0\0\0\xf8\x3f"s)), 1.5);
  EXPECT_EQ(*decoded<std::int32_t>(npy("<i4", "\x05\0\0\0"s)), 5);
  EXPECT_EQ(*decoded<char>(npy("|i1", "A")), 'A');
  EXPECT_EQ(*decoded<long long>(npy("<i4", "\x05\0\0\0"s)), 5);
  EXPECT_EQ(*decoded<bool>(npy("|b1", "\x01")), true);
  EXPECT_EQ(*decoded<std::complex<double>>(npy("<f8", "\0\0\0\0\0\0\xf8\x3f"s)), 1.5);
  EXPECT_EQ(*decoded<std::string>(npy("<U2", "a\0\0\0\xe9\0\0\0"s)), "a\xc3\xa9");
  EXPECT_FALSE(decoded<std::int16_t>(npy("<i4", "\0\0\x01\0"s)).ok());
  EXPECT_FALSE(decoded<int>(npy("<f8", "\0\0\0\0\0\0\xf0\x3f"s)).ok());
  EXPECT_FALSE(decoded<double>(npy("<f8", "\0\0\0\0"s)).ok());
}

TEST(PickleCodec, KeepsContainersWithinEachOther) {
  using Psds = std::map<std::string, std::list<std::tuple<int, std::vector<double>>>>;
  expect_round_trip(Psds{{"HD 1", {{1, {0.5, 0.25}}, {2, {}}}}, {"M31", {}}});
  expect_round_trip(std::vector<std::vector<double>>{{1, 2}, {3}});
  expect_round_trip(std::vector<std::vector<double>>{{1, 2}, {3, 4}});
  expect_round_trip(std::vector{std::byte{0}, std::byte{255}});
  expect_round_trip(std::vector<std::string>(3, std::string(100'000, 'x')));
}

// Beyond 16 MiB the pickle is measured first, and made again when it is stored.
TEST(PickleCodec, KeepsWhatIsTooLargeToBeHeldTwice) {
  std::list<double> numbers(2'500'000, 0.1);
  numbers.back() = 0.7;
  const auto encoding = Codec<std::list<double>>::encode(numbers);
  EXPECT_TRUE(encoding->head.empty());
  EXPECT_GT(encoding->body_size, std::uint64_t{16} << 20);
  expect_round_trip(numbers);
  std::map<std::string, std::vector<double>> arrays;
  for (const char* const name : {"a", "b", "c"}) arrays[name] = std::vector<double>(1'000'000, name[0]);
  expect_round_trip(arrays);
}

TEST(PickleCodec, LaysLargeArraysWhereTheyCanBeUsed) {
  for (const std::size_t size : {200U, 100'000U}) {
    for (std::size_t shift = 0; shift < 70; shift += size == 200 ? 1 : 9) {
      const std::pair value(std::string(shift, 'x'), Array<double>({size}, std::vector<double>(size, 0.5)));
      // As a mapped file lies in memory: at the beginning of a page.
      const std::string bytes = encoded(value);
      const std::shared_ptr<std::byte> page(
          static_cast<std::byte*>(std::aligned_alloc(4096, (bytes.size() + 4095) / 4096 * 4096)), &std::free);
      std::memcpy(page.get(), bytes.data(), bytes.size());
      const auto read = Codec<std::decay_t<decltype(value)>>::decode({{page.get(), bytes.size()}, page});
      ASSERT_TRUE(read.ok()) << read.error().message;
      EXPECT_EQ(*read, value);
      const auto at = reinterpret_cast<std::uintptr_t>(read->second.data());
      EXPECT_EQ(at % 64, 0U) << shift;
      EXPECT_TRUE(at >= reinterpret_cast<std::uintptr_t>(page.get()) &&
                  at < reinterpret_cast<std::uintptr_t>(page.get()) + bytes.size())
          << "the array was copied";
    }
  }
}

/// Nested as deep as you like.
struct Nest {
  std::vector<Nest> inside;
  CACHE_ON_DISK_PRIVATE_FIELDS(Nest, inside)
};

template <class Node, class Wrap>
Node nested(int levels, Wrap wrap) {
  Node node;
  for (int level = 1; level < levels; ++level) {
    Node outer;
    wrap(outer, std::move(node));
    node = std::move(outer);
  }
  return node;
}

/// With three levels between two objects.
struct Winding {
  std::optional<std::vector<std::variant<int, Winding>>> inside;
  CACHE_ON_DISK_PRIVATE_FIELDS(Winding, inside)
};

TEST(PickleCodec, RefusesWhatIsTooDeepForTheStack) {
  const auto nest = [](int levels) {
    return nested<Nest>(levels, [](Nest& outer, Nest node) { outer.inside.push_back(std::move(node)); });
  };
  const auto winding = [](int levels) {
    return nested<Winding>(levels,
                           [](Winding& outer, Winding node) { outer.inside.emplace().emplace_back(std::move(node)); });
  };
  for (const int levels : {1, 249, 251, 480, 500}) {
    EXPECT_TRUE(decoded<Nest>(encoded(nest(levels))).ok()) << levels;
    EXPECT_TRUE(decoded<Winding>(encoded(winding(levels))).ok()) << levels;
  }
  const auto refused = Codec<Nest>::encode(nest(501));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "the value is nested more than 500 levels deep");
  EXPECT_FALSE(Codec<Winding>::encode(winding(501)).ok());
}

TEST(PickleCodec, KeepsTheBitsOfNotANumber) {
  for (const std::uint32_t bits : {0x7fc00000u, 0xffc00000u, 0x7f800001u, 0xffbfffffu, 0x7fffffffu, 0x7f812345u}) {
    const auto number = std::bit_cast<float>(bits);
    EXPECT_EQ(std::bit_cast<std::uint32_t>(*decoded<float>(encoded(number))), bits);
    const std::complex<float> both(number, 1);
    EXPECT_EQ(std::bit_cast<std::uint32_t>(decoded<std::complex<float>>(encoded(both))->real()), bits);
    EXPECT_EQ(std::bit_cast<std::uint32_t>(decoded<std::vector<float>>(encoded(std::vector<float>(3, number)))->at(2)),
              bits);
  }
  for (const std::uint64_t bits : {0x7ff8000000000000u, 0xfff8000000000000u, 0x7ff0000000000001u, 0xfff4000000000000u})
    EXPECT_EQ(std::bit_cast<std::uint64_t>(*decoded<double>(encoded(std::bit_cast<double>(bits)))), bits);
}

TEST(PickleCodec, WritesEqualUnorderedContainersAlike) {
  std::unordered_map<std::string, int> up, down;
  std::unordered_set<std::int64_t> up_set, down_set;
  down.reserve(10'000);
  for (int i = 0; i < 2000; ++i) up["key " + std::to_string(i)] = i, up_set.insert(i * 1000 - 5000);
  for (int i = 1999; i >= 0; --i) down["key " + std::to_string(i)] = i, down_set.insert(i * 1000 - 5000);
  EXPECT_EQ(encoded(up), encoded(down));
  EXPECT_EQ(encoded(up_set), encoded(down_set));
}

// std::map has the order of the bytes already.
TEST(PickleCodec, WritesUnorderedMapsInTheOrderOfTheirTexts) {
  for (const std::string& beginning : {std::string(), std::string("key "), std::string(40, 'x')}) {
    for (const int count : {1, 3, 499, 500, 3000}) {
      std::map<std::string, int> sorted;
      for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(i * 7919 % 100003);
        sorted[beginning + number] = i;
        if (i % 3 == 0) sorted[beginning + number + std::string(1, '\0')] = i;
        if (i % 5 == 0) sorted[beginning + "the same eight bytes " + number] = i;
        if (i % 7 == 0) sorted[beginning + "\xc3\xa9" + number] = i;
      }
      EXPECT_EQ(encoded(std::unordered_map<std::string, int>(sorted.begin(), sorted.end())), encoded(sorted));
    }
  }
}

}  // namespace
}  // namespace cache_on_disk
