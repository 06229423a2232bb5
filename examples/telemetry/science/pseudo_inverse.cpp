#include "science/pseudo_inverse.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>
#include <cmath>

namespace telemetry {

Matrix pseudo_inverse(const MatrixView& interaction, double cutoff) {
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(interaction, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector& values = svd.singularValues();
  const double threshold = values.size() > 0 ? cutoff * values(0) : 0.0;
  const Vector inverse = values.unaryExpr([&](double s) { return s > threshold ? 1.0 / s : 0.0; });
  return svd.matrixV() * inverse.asDiagonal() * svd.matrixU().transpose();
}

Vector noise_propagation(const MatrixView& reconstructor) { return reconstructor.rowwise().squaredNorm(); }

double condition_number(const MatrixView& reconstructor) {
  const Eigen::MatrixXd gram = reconstructor * reconstructor.transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram, Eigen::EigenvaluesOnly);
  const Vector& values = solver.eigenvalues();  // ascending; those of filtered modes are zero
  const double largest = values(values.size() - 1);
  for (const double value : values)
    if (value > 1e-14 * largest) return std::sqrt(largest / value);
  return 1.0;
}

Matrix project(const MatrixView& series, const MatrixView& transform) { return series * transform.transpose(); }

}  // namespace telemetry
