#include "cache_on_disk/array.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace cache_on_disk {
namespace {

using ::testing::ElementsAre;

Array<int> counting(Shape shape) {
  return Array<int>(std::move(shape), [](std::span<int> all) { std::iota(all.begin(), all.end(), 0); });
}

TEST(Array, WithoutArgumentsIsEmptyWithOneDimension) {
  const Array<double> array;
  EXPECT_EQ(array.shape(), Shape{0});
  EXPECT_EQ(array.size(), 0U);
  EXPECT_TRUE(array.span().empty());
  EXPECT_EQ(array.begin(), array.end());
}

TEST(Array, TakesAVectorOverWithoutACopy) {
  std::vector<double> values{1, 2, 3, 4, 5, 6};
  const double* data = values.data();
  const Array<double> array({2, 3}, std::move(values));
  EXPECT_EQ(array.data(), data);
  EXPECT_EQ(array(1, 0), 4.0);
  EXPECT_THROW((Array<double>({2, 3}, {1, 2})), std::invalid_argument);
}

TEST(Array, IsFilledByAFunctionThatSeesZeros) {
  const Array<int> array({2, 2}, [](std::span<int> all) {
    EXPECT_THAT(all, ElementsAre(0, 0, 0, 0));
    all[3] = 7;
  });
  EXPECT_EQ(array(1, 1), 7);
  EXPECT_THROW(counting({std::size_t{1} << 40, std::size_t{1} << 40}), std::length_error);
  EXPECT_THROW(counting({std::size_t{1} << 62}), std::length_error);
}

TEST(Array, SharesItsBufferAmongCopiesAndViews) {
  auto buffer = std::make_shared<std::vector<int>>(6, 1);
  const std::weak_ptr<std::vector<int>> alive = buffer;
  Array<int> view;
  {
    const Array<int> array({2, 3}, {3, 1}, buffer->data(), buffer);
    buffer.reset();
    const Array<int> copy = array;
    EXPECT_EQ(copy.data(), array.data());
    view = copy.transpose().select(0, 1);
  }
  EXPECT_FALSE(alive.expired());
  view = {};
  EXPECT_TRUE(alive.expired());
}

TEST(Array, IsEmptyAfterAMove) {
  static_assert(std::is_nothrow_move_constructible_v<Array<int>> && std::is_nothrow_move_assignable_v<Array<int>>);
  Array<int> from = counting({2, 3, 1, 1, 1});
  const Array<int> to = std::move(from);
  EXPECT_EQ(to.shape(), (Shape{2, 3, 1, 1, 1}));
  EXPECT_EQ(from, Array<int>());  // NOLINT: that is the promise
}

TEST(Array, ChecksIndicesWhereAsked) {
  const auto array = counting({2, 3});
  EXPECT_EQ(array.at(1, 2), 5);
  EXPECT_THROW((void)array.at(2, 0), std::out_of_range);
  EXPECT_THROW((void)array.at(0, 3), std::out_of_range);
  EXPECT_THROW((void)array.at(0), std::out_of_range);
  EXPECT_THROW((void)array.at(0, 0, 0), std::out_of_range);
  EXPECT_THROW((void)array.at(-1, 0), std::out_of_range);
}

TEST(Array, OfNoDimensionsHasOneElement) {
  const auto array = counting({});
  EXPECT_EQ(array.size(), 1U);
  EXPECT_EQ(array(), 0);
  EXPECT_THAT(array, ElementsAre(0));
}

TEST(Array, IteratesInCOrderWhateverItsStrides) {
  const auto array = counting({2, 3});
  EXPECT_THAT(array, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(array.transpose(), ElementsAre(0, 3, 1, 4, 2, 5));
  const Array<int> backwards({2, 3}, {-3, -1}, array.data() + 5, array.owner());
  EXPECT_THAT(backwards, ElementsAre(5, 4, 3, 2, 1, 0));
  const Array<int> repeated({2, 3}, {0, 1}, array.data(), array.owner());
  EXPECT_THAT(repeated, ElementsAre(0, 1, 2, 0, 1, 2));
  EXPECT_EQ(counting({0, 3}).begin(), counting({3, 0}).end());
}

TEST(Array, SlicesAsPythonDoes) {
  const auto array = counting({4, 3});
  EXPECT_THAT(array.slice(0, 1, 3), ElementsAre(3, 4, 5, 6, 7, 8));
  EXPECT_THAT(array.slice(1, 0, 3, 2), ElementsAre(0, 2, 3, 5, 6, 8, 9, 11));
  EXPECT_THAT(array.slice(0, 1, 100, 2).slice(1, 2, 3), ElementsAre(5, 11));
  EXPECT_EQ(array.slice(0, 3, 1).shape(), (Shape{0, 3}));
  EXPECT_EQ(array.slice(1, 0, SIZE_MAX, SIZE_MAX).shape(), (Shape{4, 1}));
  EXPECT_THROW(array.slice(2, 0, 1), std::out_of_range);
  EXPECT_THROW(array.slice(0, 0, 1, 0), std::invalid_argument);
  EXPECT_EQ(array.slice(0, 1, 3).data(), array.data() + 3);
}

TEST(Array, SelectsAPartWithADimensionLess) {
  const auto array = counting({2, 3});
  EXPECT_THAT(array.select(0, 1), ElementsAre(3, 4, 5));
  EXPECT_THAT(array.select(1, 1), ElementsAre(1, 4));
  EXPECT_EQ(array.select(1, 1)[1], 4);
  EXPECT_THROW(array.select(0, 2), std::out_of_range);
}

TEST(Array, ReshapesInPlaceIfItCan) {
  const auto array = counting({2, 3});
  EXPECT_EQ(array.reshape({3, 2}).data(), array.data());
  EXPECT_THAT(array.transpose().reshape({6}), ElementsAre(0, 3, 1, 4, 2, 5));
  EXPECT_THROW((void)array.reshape({4}), std::invalid_argument);
}

TEST(Array, GivesASpanOnlyOfWhatIsContiguous) {
  const auto array = counting({2, 3});
  const std::span<const int> span = array;
  EXPECT_THAT(span, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THROW((void)array.transpose().span(), std::logic_error);
  EXPECT_TRUE(array.transpose().is_fortran_contiguous());
  EXPECT_THAT(array.transpose().contiguous().span(), ElementsAre(0, 3, 1, 4, 2, 5));
  EXPECT_TRUE(array.slice(0, 0, 1).is_contiguous());
}

TEST(Array, ComparesValues) {
  const auto array = counting({2, 3});
  EXPECT_EQ(array, array.transpose().contiguous().transpose());
  EXPECT_NE(array, array.reshape({3, 2}));
  EXPECT_NE(array, (Array<int>({2, 3}, {0, 1, 2, 3, 4, 6})));
}

TEST(Dimensions, GrowBeyondTheInlineRoom) {
  Shape shape;
  for (std::size_t i = 0; i < 70; ++i) {
    shape.push_back(i);
    const Shape copy = shape;
    ASSERT_EQ(copy.size(), i + 1);
    ASSERT_EQ(copy.back(), i);
    ASSERT_EQ(copy.front(), 0U);
    ASSERT_EQ(copy, shape);
  }
  for (std::size_t size = 0; size < 20; ++size) {
    Shape grown(size, std::size_t{7});
    for (std::size_t i = 0; i < 20; ++i) grown.push_back(i);
    ASSERT_EQ(grown[size + 19], 19U);
  }
}

}  // namespace
}  // namespace cache_on_disk
