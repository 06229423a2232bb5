#include "science/phase_screen.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace telemetry {
namespace {

// Mean square difference of points (dx, dy) apart.
double structure_function(const Matrix& phase, Eigen::Index dx, Eigen::Index dy) {
  const Eigen::Index rows = phase.rows() - dy, columns = phase.cols() - dx;
  return (phase.block(dy, dx, rows, columns) - phase.topLeftCorner(rows, columns)).squaredNorm() /
         static_cast<double>(rows * columns);
}

// Each separation along x, along y and (where it is a whole number of points) diagonally.
void expect_theory(const VonKarman& atmosphere, int size, double spacing, double tolerance) {
  Gaussian gaussian(7);
  const int screens = 10;
  const int separations[] = {2, 4, 8, 16, 32, 64};  // points
  double along_x[6] = {}, along_y[6] = {}, diagonal[6] = {};
  for (int screen = 0; screen < screens; ++screen) {
    const Matrix phase = phase_screen(atmosphere, size, spacing, gaussian);
    for (int i = 0; i < 6; ++i) {
      along_x[i] += structure_function(phase, separations[i], 0) / screens;
      along_y[i] += structure_function(phase, 0, separations[i]) / screens;
      diagonal[i] += structure_function(phase, separations[i], separations[i]) / screens;
    }
  }
  for (int i = 0; i < 6; ++i) {
    const double distance = separations[i] * spacing;
    const double theory = atmosphere.structure_function(distance);
    const double theory_diagonal = atmosphere.structure_function(distance * std::sqrt(2.0));
    EXPECT_NEAR(along_x[i] / theory, 1.0, tolerance) << distance << " m along x";
    EXPECT_NEAR(along_y[i] / theory, 1.0, tolerance) << distance << " m along y";
    EXPECT_NEAR(diagonal[i] / theory_diagonal, 1.0, tolerance) << distance << " m diagonally";
    ::testing::Test::RecordProperty("D(" + std::to_string(distance) + " m) / theory",
                                    std::to_string(along_x[i] / theory));
  }
}

TEST(PhaseScreen, structure_function_agrees_with_theory_within_ten_percent_from_a_subaperture_to_the_pupil) {
  expect_theory({0.15, 25.0}, 1024, 0.1, 0.10);  // 0.2 m to 6.4 m, diagonally to 9 m
}

TEST(PhaseScreen, structure_function_agrees_for_a_small_outer_scale_too) { expect_theory({0.10, 8.0}, 512, 0.1, 0.10); }

TEST(PhaseScreen, depends_on_nothing_but_the_seed) {
  Gaussian one(3), same(3), other(4);
  const VonKarman atmosphere{0.15, 5.0};
  const Matrix first = phase_screen(atmosphere, 64, 0.5, one);
  EXPECT_EQ(first, phase_screen(atmosphere, 64, 0.5, same));
  EXPECT_NE(first, phase_screen(atmosphere, 64, 0.5, other));
  EXPECT_NEAR(first.mean(), 0.0, 1e-9 * first.norm());
}

TEST(PhaseScreen, refuses_screens_that_would_need_subharmonics) {
  Gaussian gaussian(1);
  EXPECT_THROW(phase_screen({0.15, 25.0}, 128, 0.5, gaussian), std::invalid_argument);
  EXPECT_THROW(phase_screen({0.15, 25.0}, 1023, 0.5, gaussian), std::invalid_argument);
}

}  // namespace
}  // namespace telemetry
