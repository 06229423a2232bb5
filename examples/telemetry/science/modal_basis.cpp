#include "science/modal_basis.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <stdexcept>

#include "science/gaussian.hpp"
#include "science/zernike.hpp"

namespace telemetry {

Matrix zernike_interaction(const ShackHartmann& sensor, int modes) {
  if (modes < 1 || modes > sensor.slopes()) throw std::invalid_argument("more modes than slopes");
  Matrix interaction(sensor.slopes(), modes);
  for (int mode = 0; mode < modes; ++mode) interaction.col(mode) = sensor.measure(zernike_on(sensor.pupil(), mode + 2));
  return interaction;
}

namespace {

// Orthonormal columns that span the same space.
Eigen::MatrixXd orthonormal(const Eigen::MatrixXd& columns) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> factors(columns);
  return factors.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), columns.cols());
}

// Eigenvectors by descending eigenvalue.
Eigen::MatrixXd eigenvectors(const Eigen::MatrixXd& symmetric) {
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(symmetric).eigenvectors().rowwise().reverse();
}

// The space of the strongest eigenvectors, by iteration from a random one (Halko, Martinsson and Tropp 2011):
// all eigenvectors of a few thousand slopes would take minutes.
Eigen::MatrixXd strongest(const MatrixView& covariance, Eigen::Index block) {
  Gaussian gaussian(1);
  Eigen::MatrixXd space(covariance.rows(), block);
  for (double& value : space.reshaped()) value = gaussian();
  for (int iteration = 0; iteration < 8; ++iteration) space = orthonormal(covariance * space);
  return space;
}

}  // namespace

Matrix principal_components(const MatrixView& covariance, int modes) {
  if (modes < 1 || modes > covariance.rows()) throw std::invalid_argument("more modes than slopes");
  const Eigen::Index block = 2 * modes + 8;
  Eigen::MatrixXd components;
  if (3 * block > covariance.rows()) {
    components = eigenvectors(covariance).leftCols(modes);
  } else {
    const Eigen::MatrixXd space = strongest(covariance, block);
    components = space * eigenvectors(space.transpose() * covariance * space).leftCols(modes);
  }
  for (Eigen::Index mode = 0; mode < modes; ++mode) {  // the sign is arbitrary: largest element positive
    Eigen::Index largest = 0;
    components.col(mode).cwiseAbs().maxCoeff(&largest);
    if (components(largest, mode) < 0.0) components.col(mode) *= -1.0;
  }
  return components;
}

}  // namespace telemetry
