#include "cache_on_disk/any_array.hpp"

#include <gtest/gtest.h>

#include <complex>

#include "npy/golden.hpp"

namespace cache_on_disk {
namespace {

using namespace testing;

TEST(AnyArray, WritesEveryDtypeShapeAndOrderAsNumpySavedIt) {
  for (const auto& row : read_table("saved.txt")) {
    const std::string bytes = from_hex(row[1]);
    const AnyArray array = decoded<AnyArray>(payload_of(bytes));
    EXPECT_EQ(stored(array), bytes) << row[0];
  }
}

TEST(AnyArray, IsAViewOfThePayloadThatKeepsIt) {
  Payload payload = golden("table");
  const std::byte* data = payload.bytes.data() + payload.bytes.size() - 3 * 25;
  const std::weak_ptr<const void> buffer = payload.owner;
  auto table = decoded<AnyArray>(payload);
  EXPECT_EQ(table.data(), data);
  payload = {};
  EXPECT_FALSE(buffer.expired());
  auto column = table.field("time");
  table = AnyArray();
  EXPECT_FALSE(buffer.expired());
  EXPECT_EQ(column->data(), data + 1 + 8);
  column = Error{};
  EXPECT_TRUE(buffer.expired());
}

TEST(AnyArray, IsEmptyAfterAMove) {
  static_assert(std::is_nothrow_move_constructible_v<AnyArray> && std::is_nothrow_move_assignable_v<AnyArray>);
  auto from = decoded<AnyArray>(golden("table"));
  const AnyArray to = std::move(from);
  EXPECT_EQ(to.size(), 3U);
  EXPECT_EQ(from.shape(), Shape{0});  // NOLINT: that is the promise
  EXPECT_EQ(from.data(), nullptr);
}

TEST(AnyArray, IsACopyIfNobodyOwnsThePayload) {
  Payload payload = golden("numbers_little_f8");
  const auto owner = std::exchange(payload.owner, nullptr);
  const auto array = decoded<AnyArray>(payload);
  EXPECT_NE(array.data(), payload.bytes.data() + 128);
  EXPECT_EQ((*array.as<double>())(1, 2, 3), 18.0);
}

TEST(AnyArray, GivesTheFieldsOfAStructure) {
  const auto table = decoded<AnyArray>(golden("table"));
  EXPECT_EQ(table.shape(), Shape{3});
  EXPECT_EQ((*table.field("id")->as<std::uint8_t>()), (Array<std::uint8_t>({3}, {1, 2, 3})));
  EXPECT_EQ((*table.field("time")->as<std::int64_t>()), (Array<std::int64_t>({3}, {10, 20, 30})));
  EXPECT_EQ((*table.field("slope")->as<float>()), (Array<float>({3, 2}, {1, 2, 3, 4, 5, 6})));
  EXPECT_EQ((*table.field("second")->as<double>()), (Array<double>({3}, {0.5, 1.5, 2.5})));
  EXPECT_FALSE(table.field("none").ok());
  EXPECT_FALSE(table.as<double>().ok());
  EXPECT_THROW((void)table.field("id")->bytes(), std::logic_error);
}

TEST(AnyArray, ViewsFieldsWhereTheMemoryAllowsIt) {
  const auto table = decoded<AnyArray>(golden("aligned_table"));
  const auto field = table.field("b");
  const auto b = field->as<double>();
  ASSERT_TRUE(b.ok());
  EXPECT_EQ(*b, (Array<double>({2, 2}, {1, 2, 3, 4})));
  EXPECT_EQ(reinterpret_cast<const std::byte*>(b->data()), field->data());
  EXPECT_EQ(b->strides(), (Strides{6, 3}));
}

TEST(AnyArray, CopiesWhatIsMisaligned) {
  const auto array = decoded<AnyArray>(payload_of(read_file("values/numbers_little_f8.npy"), 1));
  const auto numbers = array.as<double>();
  EXPECT_NE(reinterpret_cast<const std::byte*>(numbers->data()), array.data());
  EXPECT_EQ((*numbers)(1, 0, 2), 9.0);
}

TEST(AnyArray, HasItsElementsAsText) {
  const auto text = decoded<AnyArray>(golden("text"));
  EXPECT_EQ(*text.text(1), "naïve");
  EXPECT_EQ(*text.text(2), "漢字");
  EXPECT_EQ(*text.text(3), "");
  EXPECT_THROW((void)text.text(4), std::out_of_range);
  const auto bytes = decoded<AnyArray>(golden("bytes"));
  EXPECT_EQ(*bytes.text(1), std::string("b\0c", 3));
  EXPECT_FALSE(decoded<AnyArray>(golden("numbers_little_f8")).text(0).ok());
}

TEST(AnyArray, RefusesTextBeyondUnicode) {
  const std::uint32_t wrong = 0x110000;
  const AnyArray array(*Dtype::parse("<U1"),
                       {Shape{1}, Strides{4}, reinterpret_cast<const std::byte*>(&wrong), nullptr});
  EXPECT_FALSE(array.text(0).ok());
}

TEST(AnyArray, RefusesObjects) {
  EXPECT_EQ(refusal<AnyArray>(golden("objects")), "object arrays are pickles");
  EXPECT_THROW(AnyArray(*Dtype::parse("|O"), {}), std::invalid_argument);
}

TEST(AnyArray, RefusesAPayloadOfAnotherLength) {
  std::string bytes = read_file("values/numbers_little_f8.npy");
  EXPECT_NE(refusal<AnyArray>(payload_of(bytes + "x")).find("193 bytes follow"), std::string::npos);
  bytes.pop_back();
  EXPECT_NE(refusal<AnyArray>(payload_of(bytes)).find("191 bytes follow"), std::string::npos);
}

TEST(AnyArray, CountsElementsInCOrderWhateverTheMemoryOrder) {
  const auto array = decoded<AnyArray>(golden("numbers_fortran"));
  EXPECT_TRUE(array.is_fortran_contiguous());
  EXPECT_FALSE(array.is_contiguous());
  double value = 0;
  std::memcpy(&value, array.element(7).data(), sizeof value);
  EXPECT_EQ(value, 2.0);
}

}  // namespace
}  // namespace cache_on_disk
