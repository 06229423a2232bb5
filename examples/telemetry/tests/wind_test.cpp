#include "science/wind.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "science/gaussian.hpp"
#include "science/loop_simulation.hpp"
#include "science/modal_basis.hpp"
#include "science/pseudo_inverse.hpp"
#include "science/statistics.hpp"
#include "science/units.hpp"

namespace telemetry {
namespace {

TEST(Wind, of_a_single_layer_is_recovered_from_closed_loop_slopes_within_five_percent) {
  SimulationParameters p;
  p.diameter = 4.0;
  p.across = 20;
  p.samples = 2;
  p.radial_orders = 8;
  p.atmosphere = {0.15, 10.0};
  p.frames = 600;
  for (const double direction : {30.0, 250.0}) {
    p.layers = {{1.0, 10.0, direction}};
    const Matrix interaction = zernike_interaction(ShackHartmann(p.pupil()), p.modes());
    const Matrix open_loop = open_loop_slopes(p);
    const Matrix commands = loop_commands(p, open_loop, interaction, pseudo_inverse(interaction, 1e-3));
    const Matrix slopes = closed_loop(open_loop, commands, interaction);
    const Eigen::Index lag = 100;  // the wind goes one metre, five subapertures
    const Displacement shift = peak_displacement(slope_correlation(p.pupil(), slopes, column_means(slopes), lag));
    EXPECT_NEAR(shift.x, 5.0 * std::cos(direction * pi / 180.0), 0.25);
    EXPECT_NEAR(shift.y, 5.0 * std::sin(direction * pi / 180.0), 0.25);
  }
}

TEST(Wind, a_pattern_that_moves_by_whole_subapertures_correlates_fully_there) {
  const Pupil pupil(8.0, 16, 1);
  const auto count = static_cast<Eigen::Index>(pupil.subapertures().size());
  Gaussian gaussian(1);
  Matrix noise(600, 16);  // a strip of slopes that passes over the pupil, one column per frame
  for (double& value : noise.reshaped()) value = gaussian();
  Matrix slopes(500, 2 * count);
  for (Eigen::Index frame = 0; frame < slopes.rows(); ++frame) {
    for (Eigen::Index i = 0; i < count; ++i) {
      const Subaperture& s = pupil.subapertures()[static_cast<std::size_t>(i)];
      slopes(frame, i) = noise(frame + 16 - s.column, s.row);
      slopes(frame, count + i) = -slopes(frame, i);
    }
  }
  const Matrix map = slope_correlation(pupil, slopes, Vector::Zero(2 * count), 3);
  EXPECT_NEAR(map(15, 15 + 3), 1.0, 0.02);
  EXPECT_NEAR(peak_displacement(map).x, 3.0, 0.02);
  EXPECT_NEAR(peak_displacement(map).y, 0.0, 0.02);
  EXPECT_LT(std::abs(map(15, 15 - 3)), 0.1);
}

TEST(Wind, refuses_a_lag_longer_than_the_series) {
  const Pupil pupil(8.0, 4, 1);
  EXPECT_THROW(slope_correlation(pupil, Matrix::Zero(10, 24), Vector::Zero(24), 10), std::invalid_argument);
  EXPECT_THROW(slope_correlation(pupil, Matrix::Zero(10, 24), Vector::Zero(24), 0), std::invalid_argument);
}

}  // namespace
}  // namespace telemetry
