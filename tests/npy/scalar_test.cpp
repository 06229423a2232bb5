#include "cache_on_disk/detail/npy/scalar.hpp"

#include <gtest/gtest.h>

#include "cache_on_disk/detail/npy/array_codecs.hpp"
#include "cache_on_disk/detail/pickle/pickle_codecs.hpp"
#include "npy/golden.hpp"

namespace cache_on_disk::npy {
namespace {

using namespace cache_on_disk::testing;

template <class T>
Result<T> decode_scalar(const Payload& payload) {
  const auto array = AnyArray::from_payload(payload);
  if (!array) return array.error();
  if (array->rank() == 0) {
    if constexpr (std::same_as<T, std::string>)
      return array->text(0);
    else if (const auto value = detail::read_scalar<T>(*array))
      return *value;
  }
  return Error{to_text(array->shape())};
}

template <class T>
Payload scalar(T value) {
  return payload_of(stored(Array<T>({}, std::vector<T>{value})));
}

TEST(Scalar, ReadsWhatNumpyWrote) {
  EXPECT_EQ(*decode_scalar<double>(golden("zero_dimensions")), 2.5);
  EXPECT_EQ(*decode_scalar<std::int64_t>(golden("zero_dimensions_int")), -7);
  EXPECT_EQ(*decode_scalar<std::string>(golden("zero_dimensions_text")), "naïve 漢字");
  EXPECT_EQ(*decode_scalar<std::string>(golden("zero_dimensions_bytes")), std::string("ab\0c", 4));
}

TEST(Scalar, WidensButNeverLoses) {
  EXPECT_EQ(*decode_scalar<std::int8_t>(golden("zero_dimensions_int")), -7);
  EXPECT_EQ(*decode_scalar<double>(golden("zero_dimensions_int")), -7.0);
  EXPECT_FALSE(decode_scalar<unsigned>(golden("zero_dimensions_int")).ok());
  EXPECT_FALSE(decode_scalar<std::int8_t>(scalar<int>(128)).ok());
  EXPECT_FALSE(decode_scalar<double>(scalar<std::int64_t>((std::int64_t{1} << 53) + 1)).ok());
  EXPECT_FALSE(decode_scalar<float>(golden("zero_dimensions")).ok());
  EXPECT_FALSE(decode_scalar<int>(golden("zero_dimensions")).ok());
  EXPECT_FALSE(decode_scalar<bool>(golden("zero_dimensions_int")).ok());
  EXPECT_EQ(*decode_scalar<double>(scalar(1.5F)), 1.5);
  EXPECT_EQ(*decode_scalar<std::complex<double>>(scalar(std::complex<float>(1, 2))), std::complex<double>(1, 2));
  EXPECT_EQ(*decode_scalar<std::uint64_t>(scalar(UINT64_MAX)), UINT64_MAX);
}

TEST(Scalar, RefusesArrays) {
  EXPECT_FALSE(decode_scalar<double>(golden("numbers_little_f8")).ok());
  EXPECT_EQ(Codec<double>::decode(golden("numbers_little_f8")).error().message,
            "a numpy.ndarray of '<f8' of shape (2, 3, 4) is not a float");
  EXPECT_FALSE(decode_scalar<std::string>(golden("text")).ok());
}

}  // namespace
}  // namespace cache_on_disk::npy
