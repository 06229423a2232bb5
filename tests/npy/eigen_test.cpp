#include "cache_on_disk/eigen.hpp"

#include <gtest/gtest.h>

#include <complex>

#include "npy/golden.hpp"

namespace cache_on_disk {
namespace {

using namespace testing;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

static_assert(Cacheable<Eigen::MatrixXd> && Cacheable<Eigen::ArrayXXf> && Cacheable<Eigen::Vector3cd>);

Eigen::MatrixXd counting(Eigen::Index rows, Eigen::Index columns) {
  Eigen::MatrixXd matrix(rows, columns);
  for (Eigen::Index i = 0; i < matrix.size(); ++i) matrix(i / columns, i % columns) = static_cast<double>(i);
  return matrix;
}

TEST(EigenCodec, LooksLikeTheArrayOfNumpyWithTheSameLayout) {
  const Eigen::MatrixXd matrix = counting(2, 3);
  const Array<double> array({2, 3}, {0, 1, 2, 3, 4, 5});
  EXPECT_EQ(stored(RowMajor(matrix)), stored(array));
  EXPECT_EQ(stored(matrix), stored(array.transpose().contiguous().transpose()));
  EXPECT_EQ(stored(Eigen::ArrayXXd(matrix)), stored(matrix));
  EXPECT_EQ(stored(Eigen::MatrixXd(counting(1, 3))), stored(array.slice(0, 0, 1)));  // dense in both orders
}

TEST(EigenCodec, ReadsEitherOrderIntoEither) {
  const Eigen::MatrixXd matrix = counting(4, 3);
  for (const std::string& bytes : {stored(matrix), stored(RowMajor(matrix))}) {
    EXPECT_EQ(decoded<Eigen::MatrixXd>(payload_of(bytes)), matrix);
    EXPECT_EQ(decoded<RowMajor>(payload_of(bytes)), matrix);
    EXPECT_EQ((decoded<Eigen::Matrix<double, 4, 3>>(payload_of(bytes))), matrix);
    EXPECT_TRUE((decoded<Eigen::Array<double, 4, Eigen::Dynamic>>(payload_of(bytes)) == matrix.array()).all());
  }
}

TEST(EigenCodec, StoresVectorsWithOneDimension) {
  const Eigen::VectorXd vector = Eigen::VectorXd::LinSpaced(5, 0, 1);
  EXPECT_EQ(stored(vector), stored(std::vector<double>(vector.begin(), vector.end())));
  EXPECT_EQ(decoded<Eigen::VectorXd>(payload_of(stored(vector))), vector);
  EXPECT_EQ(decoded<Eigen::RowVectorXd>(payload_of(stored(vector))), vector.transpose());
  EXPECT_EQ(Codec<Eigen::RowVector3f>::stored_type().text(), "npy <f4 1");
  EXPECT_EQ(Codec<Eigen::MatrixXcf>::stored_type().text(), "npy <c8 2");
}

TEST(EigenCodec, ChecksFixedSizesAndRank) {
  const Payload payload = payload_of(stored(counting(4, 3)));
  EXPECT_FALSE(Codec<Eigen::Matrix3d>::decode(payload).ok());
  EXPECT_FALSE((Codec<Eigen::Matrix<double, 3, Eigen::Dynamic>>::decode(payload).ok()));
  EXPECT_FALSE((Codec<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, 3, 3>>::decode(payload).ok()));
  EXPECT_FALSE(Codec<Eigen::VectorXd>::decode(payload).ok());
  EXPECT_FALSE(Codec<Eigen::MatrixXf>::decode(payload).ok());
}

TEST(EigenCodec, HoldsEmptyMatrices) {
  const auto matrix = decoded<Eigen::MatrixXd>(payload_of(stored(Eigen::MatrixXd(0, 3))));
  EXPECT_EQ(matrix.rows(), 0);
  EXPECT_EQ(matrix.cols(), 3);
}

TEST(EigenView, ShowsAnArrayWithoutACopy) {
  const Array<double> array({2, 3}, {0, 1, 2, 3, 4, 5});
  EXPECT_EQ(as_matrix(array), counting(2, 3));
  EXPECT_EQ(as_matrix(array.transpose()), counting(2, 3).transpose());
  EXPECT_EQ(as_matrix(array).data(), array.data());
  EXPECT_EQ(as_vector(array.select(1, 2)), Eigen::Vector2d(2, 5));
  EXPECT_THROW((void)as_vector(array), std::invalid_argument);
  EXPECT_THROW((void)as_matrix(array.select(0, 0)), std::invalid_argument);
}

}  // namespace
}  // namespace cache_on_disk
