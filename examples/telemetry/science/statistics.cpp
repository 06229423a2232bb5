#include "science/statistics.hpp"

namespace telemetry {
namespace {

Matrix centred(const MatrixView& series) { return series.rowwise() - column_means(series).transpose(); }

}  // namespace

Vector column_means(const MatrixView& series) { return series.colwise().mean(); }

Vector column_variances(const MatrixView& series) {
  const Vector means = column_means(series);
  Vector sum = Vector::Zero(series.cols());
  for (Eigen::Index sample = 0; sample < series.rows(); ++sample)
    sum += (series.row(sample).transpose() - means).cwiseAbs2();
  return sum / static_cast<double>(series.rows() - 1);
}

Matrix covariance(const MatrixView& series) {
  const Matrix deviations = centred(series);
  Eigen::MatrixXd lower = Eigen::MatrixXd::Zero(series.cols(), series.cols());
  lower.selfadjointView<Eigen::Lower>().rankUpdate(deviations.transpose(),
                                                   1.0 / static_cast<double>(series.rows() - 1));
  return lower.selfadjointView<Eigen::Lower>();
}

double effective_rank(const MatrixView& covariance) {
  const double square = covariance.squaredNorm();
  return square > 0.0 ? covariance.trace() * covariance.trace() / square : 0.0;
}

Vector noise_variances(const MatrixView& series) {
  const Matrix deviations = centred(series);
  const auto autocovariance = [&](Eigen::Index lag) -> Vector {
    const Eigen::Index pairs = series.rows() - lag;
    Vector sum = Vector::Zero(series.cols());
    for (Eigen::Index sample = 0; sample < pairs; ++sample)
      sum += deviations.row(sample).cwiseProduct(deviations.row(sample + lag)).transpose();
    return sum / static_cast<double>(pairs);
  };
  const Vector signal = (4.0 * autocovariance(1) - autocovariance(2)) / 3.0;
  return (autocovariance(0) - signal).cwiseMax(0.0);
}

}  // namespace telemetry
