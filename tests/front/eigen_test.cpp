// Eigen matrices as cached values and as arguments.
#include <cache_on_disk/cache_on_disk.hpp>
#include <cache_on_disk/eigen.hpp>

#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace cache_on_disk {
namespace {

static_assert(Cacheable<Quantity<Eigen::VectorXd>> && Cacheable<Masked<Eigen::MatrixXf>>);

template <class M>
struct Holder {
  CachedRef<M> value() const {
    return value_([this] {
      ++calls;
      return input;
    });
  }
  double of(const M& matrix) const {
    return *of_(matrix, [this] { return ++calls * 1.0; });
  }
  M input;
  mutable int calls = 0;
  Cached<M> value_{};
  Cached<double(M)> of_{};
  CACHE_ON_DISK(Holder, value_, of_)
};

template <class M>
void expect_back(const M& matrix) {
  const TemporaryDirectory directory;
  Holder<M> writer{.input = matrix}, reader{.input = M()};
  for (auto* const holder : {&writer, &reader}) {
    set_tmpdir(*holder, directory.path());
    set_tag(*holder, "night");
  }
  writer.value();
  EXPECT_EQ(*reader.value(), matrix);
  if constexpr (requires { matrix.rows(); }) EXPECT_EQ(reader.value()->rows(), matrix.rows());
  EXPECT_EQ(reader.calls, 0);
}

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

TEST(EigenValues, ComeBackInEveryForm) {
  expect_back<Eigen::MatrixXd>(Eigen::MatrixXd::Random(4, 7));
  expect_back<RowMajor>(RowMajor::Random(4, 7));
  expect_back<Eigen::VectorXf>(Eigen::VectorXf::Random(9));
  expect_back<Eigen::RowVectorXd>(Eigen::RowVectorXd::Random(3));
  expect_back<Eigen::Matrix3d>(Eigen::Matrix3d::Random());
  expect_back<Eigen::MatrixXcd>(Eigen::MatrixXcd::Random(2, 3));
  expect_back<Eigen::VectorXd>(Eigen::VectorXd());
  expect_back<Eigen::MatrixXd>(Eigen::MatrixXd(0, 3));
  expect_back<std::map<std::string, Eigen::MatrixXd>>(
      {{"a", Eigen::MatrixXd::Random(2, 3)}, {"b", RowMajor::Random(3, 2)}});
}

TEST(EigenValues, MayBeReturnedAsExpressions) {
  const Cached<Eigen::VectorXd> cell;
  EXPECT_EQ(cell([] { return Eigen::VectorXd::Constant(3, 2.0); })->sum(), 6);
}

TEST(EigenValues, AreReadAsArraysAndTheOtherWayRound) {
  struct AsMatrix {
    Cached<Eigen::MatrixXd> value_;
    CACHE_ON_DISK(AsMatrix, value_)
  };
  const Eigen::MatrixXd matrix = Eigen::MatrixXd::Random(3, 5);
  const Arguments as_columns(matrix), as_rows(RowMajor{matrix});
  EXPECT_EQ(as_columns.text(), as_rows.text());
  EXPECT_NE(as_columns.text(), Arguments(Eigen::MatrixXd(matrix.transpose())).text());
}

TEST(EigenValues, AsArgumentsNameOneEntryForEachMatrix) {
  const TemporaryDirectory directory;
  Holder<Eigen::MatrixXd> holder;
  set_tmpdir(holder, directory.path());
  set_tag(holder, "night");
  const Eigen::MatrixXd ones = Eigen::MatrixXd::Ones(2, 2);
  EXPECT_EQ(holder.of(ones), 1);
  EXPECT_EQ(holder.of(ones * 2), 2);
  EXPECT_EQ(holder.of(ones), 1);
}

}  // namespace
}  // namespace cache_on_disk
