// Zernike polynomials, the Shack-Hartmann sensor and the reconstructor: the way from phase to modes.
#include <gtest/gtest.h>

#include <Eigen/QR>
#include <cmath>
#include <stdexcept>

#include "science/gaussian.hpp"
#include "science/modal_basis.hpp"
#include "science/pseudo_inverse.hpp"
#include "science/statistics.hpp"
#include "science/units.hpp"
#include "science/zernike.hpp"

namespace telemetry {
namespace {

TEST(Zernike, indices_are_those_of_noll) {
  const auto expect = [](int j, int n, int m) {
    EXPECT_EQ(noll_index(j).n, n) << j;
    EXPECT_EQ(noll_index(j).m, m) << j;
  };
  expect(1, 0, 0);
  expect(2, 1, 1);
  expect(3, 1, -1);
  expect(4, 2, 0);
  expect(5, 2, -2);
  expect(6, 2, 2);
  expect(7, 3, -1);
  expect(10, 3, 3);
  expect(11, 4, 0);
  expect(15, 4, -4);
  EXPECT_THROW(noll_index(0), std::invalid_argument);
}

TEST(Zernike, values_are_those_of_the_textbook) {
  const double x = 0.3, y = -0.5, r2 = x * x + y * y;
  EXPECT_NEAR(zernike(noll_index(2), x, y), 2.0 * x, 1e-14);
  EXPECT_NEAR(zernike(noll_index(3), x, y), 2.0 * y, 1e-14);
  EXPECT_NEAR(zernike(noll_index(4), x, y), std::sqrt(3.0) * (2.0 * r2 - 1.0), 1e-14);
  EXPECT_NEAR(zernike(noll_index(8), x, y), std::sqrt(8.0) * (3.0 * r2 - 2.0) * x, 1e-14);
  EXPECT_NEAR(zernike(noll_index(11), x, y), std::sqrt(5.0) * (6.0 * r2 * r2 - 6.0 * r2 + 1.0), 1e-14);
}

TEST(Zernike, polynomials_are_orthonormal_on_the_disk) {
  const int modes = 45;  // up to the 8th order
  Matrix gram = Matrix::Zero(modes, modes);
  double points = 0.0;
  Vector values(modes);
  for (double x = -0.995; x < 1.0; x += 0.01) {
    for (double y = -0.995; y < 1.0; y += 0.01) {
      if (std::hypot(x, y) > 1.0) continue;
      for (int j = 1; j <= modes; ++j) values(j - 1) = zernike(noll_index(j), x, y);
      gram += values * values.transpose();
      points += 1.0;
    }
  }
  EXPECT_LT((gram / points - Matrix::Identity(modes, modes)).cwiseAbs().maxCoeff(), 0.05);
}

TEST(ShackHartmann, a_tilt_gives_its_own_angle_everywhere) {
  const ShackHartmann sensor(Pupil(8.0, 10, 4));
  const double angle = 0.25;  // arcsec
  Matrix phase(sensor.pupil().points(), sensor.pupil().points());
  for (int row = 0; row < phase.rows(); ++row)
    for (int column = 0; column < phase.cols(); ++column)
      phase(row, column) =
          2.0 * pi / reference_wavelength * (angle / arcsec_per_rad) * column * sensor.pupil().spacing();
  const Vector slopes = sensor.measure(phase);
  ASSERT_EQ(slopes.size(), sensor.slopes());
  EXPECT_LT((slopes.head(slopes.size() / 2).array() - angle).abs().maxCoeff(), 1e-12);
  EXPECT_LT(slopes.tail(slopes.size() / 2).cwiseAbs().maxCoeff(), 1e-12);
}

TEST(ShackHartmann, lights_the_subapertures_whose_centre_is_in_the_pupil) {
  EXPECT_EQ(Pupil(8.0, 2, 1).subapertures().size(), 4u);
  EXPECT_EQ(Pupil(8.0, 4, 1).subapertures().size(), 12u);  // all but the four corners
  EXPECT_EQ(ShackHartmann(Pupil(8.0, 40, 4)).slopes(), 2528);
  EXPECT_THROW(Pupil(8.0, 1, 1), std::invalid_argument);
}

TEST(Reconstructor, inverts_the_interaction_matrix) {
  const ShackHartmann sensor(Pupil(8.0, 12, 2));
  const Matrix interaction = zernike_interaction(sensor, 35);
  const Matrix reconstructor = pseudo_inverse(interaction, 1e-3);
  EXPECT_TRUE((reconstructor * interaction).isIdentity(1e-10));
  EXPECT_THROW(zernike_interaction(sensor, sensor.slopes() + 1), std::invalid_argument);
}

TEST(Reconstructor, filters_what_is_hardly_seen) {
  Matrix interaction = Matrix::Zero(4, 3);
  interaction.diagonal() << 2.0, 1.0, 1e-6;
  const Matrix reconstructor = pseudo_inverse(interaction, 1e-3);
  EXPECT_NEAR(reconstructor(0, 0), 0.5, 1e-14);
  EXPECT_NEAR(reconstructor(1, 1), 1.0, 1e-14);
  EXPECT_NEAR(reconstructor.row(2).norm(), 0.0, 1e-14);
  EXPECT_NEAR(condition_number(reconstructor), 2.0, 1e-12);
  EXPECT_NEAR(noise_propagation(reconstructor)(0), 0.25, 1e-14);
}

TEST(PrincipalComponents, are_the_directions_of_largest_variance) {
  Gaussian gaussian(1);
  Matrix series(2000, 3);
  for (Eigen::Index i = 0; i < series.rows(); ++i) {
    const double strong = 5.0 * gaussian(), weak = gaussian();
    series.row(i) << strong + weak, strong - weak, 0.01 * gaussian();
  }
  const Matrix components = principal_components(covariance(series), 2);
  EXPECT_NEAR(std::abs(components(0, 0)), std::sqrt(0.5), 0.02);
  EXPECT_GT(components(0, 0) * components(1, 0), 0.0);
  EXPECT_LT(components(0, 1) * components(1, 1), 0.0);
  EXPECT_TRUE((components.transpose() * components).isIdentity(1e-12));
}

TEST(PrincipalComponents, of_many_slopes_are_those_of_the_full_decomposition) {
  Gaussian gaussian(2);
  Eigen::MatrixXd random(300, 300);
  for (double& value : random.reshaped()) value = gaussian();
  const Matrix axes = Eigen::HouseholderQR<Eigen::MatrixXd>(random).householderQ();
  const Vector strength = Vector::LinSpaced(300, 0.0, 299.0).unaryExpr([](double i) { return std::exp(-i / 8.0); });
  const Matrix components = principal_components(axes * strength.asDiagonal() * axes.transpose(), 20);
  EXPECT_TRUE((components.transpose() * components).isIdentity(1e-10));
  EXPECT_TRUE((components.transpose() * axes.leftCols(20)).cwiseAbs().isIdentity(1e-6));
}

}  // namespace
}  // namespace telemetry
