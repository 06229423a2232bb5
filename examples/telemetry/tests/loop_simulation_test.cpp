// The closed loop, and what can be recovered from its telemetry.
#include "science/loop_simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "science/gaussian.hpp"
#include "science/modal_basis.hpp"
#include "science/pseudo_inverse.hpp"
#include "science/seeing.hpp"
#include "science/spectrum.hpp"
#include "science/statistics.hpp"
#include "science/units.hpp"
#include "science/zernike.hpp"

namespace telemetry {
namespace {

// A 4 m telescope small enough for a test; the loop is slow so that a few hundred frames see much turbulence.
SimulationParameters small_system(double r0, std::uint64_t seed) {
  SimulationParameters parameters;
  parameters.diameter = 4.0;
  parameters.across = 20;
  parameters.samples = 2;
  parameters.radial_orders = 10;
  parameters.atmosphere = {r0, 12.0};
  parameters.rate = 50.0;
  parameters.frames = 1200;
  parameters.seed = seed;
  return parameters;
}

struct Recorded {
  SimulationParameters parameters;
  Matrix interaction, reconstructor, open_loop, commands, slopes;

  explicit Recorded(const SimulationParameters& p)
      : parameters(p),
        interaction(zernike_interaction(ShackHartmann(p.pupil()), p.modes())),
        reconstructor(pseudo_inverse(interaction, 1e-3)),
        open_loop(open_loop_slopes(p)),
        commands(loop_commands(p, open_loop, interaction, reconstructor)),
        slopes(closed_loop(open_loop, commands, interaction)) {}
};

TEST(LoopSimulation, r0_is_recovered_within_ten_percent) {
  std::uint64_t seed = 1;
  for (const double r0 : {0.10, 0.15, 0.25}) {
    const Recorded recorded(small_system(r0, seed++));
    const Matrix open_loop = project(recorded.slopes, recorded.reconstructor) + recorded.commands;
    const double noise = std::pow(recorded.parameters.slope_noise(), 2);
    const Vector variances = column_variances(open_loop) - noise * noise_propagation(recorded.reconstructor);
    const double estimate = estimate_r0(variances, 4.0, 12.0, OrderRange::for_sensor(20, 10));
    EXPECT_NEAR(estimate / r0, 1.0, 0.10) << "r0 = " << r0 << " m";
    RecordProperty("estimated / true r0 of " + std::to_string(r0), std::to_string(estimate / r0));
  }
}

TEST(LoopSimulation, noise_is_recovered_within_five_percent) {
  SimulationParameters parameters = small_system(0.15, 2);
  parameters.rate = 1000.0;
  const Recorded recorded(parameters);
  const Vector noise = noise_variances(pseudo_open_loop(recorded.slopes, recorded.commands, recorded.interaction));
  EXPECT_NEAR(std::sqrt(noise.mean()) / parameters.slope_noise(), 1.0, 0.05);
}

// The variance of the phase itself, corrected by the mirror's modes, against what telemetry tells of it.
TEST(LoopSimulation, residual_phase_is_recovered_within_fifteen_percent) {
  SimulationParameters parameters = small_system(0.15, 3);
  parameters.rate = 1000.0;
  const Recorded recorded(parameters);
  const Vector measured = column_variances(project(recorded.slopes, recorded.reconstructor)) -
                          std::pow(parameters.slope_noise(), 2) * noise_propagation(recorded.reconstructor);
  const double estimate = measured.sum() + fitting_error(parameters.modes(), parameters.diameter, 0.15);

  const Pupil pupil = parameters.pupil();
  std::vector<Matrix> modes;
  for (int mode = 0; mode < parameters.modes(); ++mode) modes.push_back(zernike_on(pupil, mode + 2));
  const FrozenFlow flow = turbulence(parameters);
  double variance = 0.0, frames = 0.0;
  for (int frame = 20; frame < parameters.frames; frame += 40) {
    Matrix residual = flow.phase(frame / parameters.rate);
    for (int mode = 0; mode < parameters.modes(); ++mode)
      residual -= recorded.commands(frame, mode) * modes[static_cast<std::size_t>(mode)];
    double sum = 0.0, square = 0.0, points = 0.0;
    for (int row = 0; row < pupil.points(); ++row) {
      for (int column = 0; column < pupil.points(); ++column) {
        if (std::hypot(pupil.coordinate(row), pupil.coordinate(column)) > 1.0) continue;
        sum += residual(row, column);
        square += residual(row, column) * residual(row, column);
        points += 1.0;
      }
    }
    variance += square / points - std::pow(sum / points, 2);
    frames += 1.0;
  }
  EXPECT_NEAR(estimate / (variance / frames), 1.0, 0.15);
  RecordProperty("estimated / true residual variance", std::to_string(estimate / (variance / frames)));
}

TEST(LoopSimulation, an_integrator_rejects_as_its_transfer_function_says) {
  SimulationParameters parameters = small_system(0.15, 4);
  parameters.rate = 1000.0;
  for (const int delay : {1, 2}) {
    parameters.delay = delay;
    Gaussian gaussian(1);
    Matrix disturbance(40000, 1);
    for (double& value : disturbance.reshaped()) value = gaussian();
    const Matrix unit = Matrix::Identity(1, 1);
    const Matrix commands = loop_commands(parameters, disturbance, unit, unit);
    const Matrix residual = closed_loop(disturbance, commands, unit);
    const Welch welch{1000.0, 256, Window::hann};
    const Vector ratio = welch.mean_spectrum(residual, 0, 1)
                             .cwiseQuotient(welch.mean_spectrum(pseudo_open_loop(residual, commands, unit), 0, 1));
    for (const Eigen::Index k : {8, 20, 50, 100}) {
      const std::complex<double> z = std::polar(1.0, 2.0 * pi * static_cast<double>(k) / 256.0);
      const double rejection = std::norm((1.0 - 1.0 / z) / (1.0 - 1.0 / z + parameters.gain * std::pow(z, -delay)));
      EXPECT_NEAR(ratio(k) / rejection, 1.0, 0.15) << "delay " << delay << ", bin " << k;
    }
  }
}

TEST(LoopSimulation, the_same_parameters_give_the_same_telemetry) {
  SimulationParameters parameters = small_system(0.15, 5);
  parameters.frames = 20;
  const Recorded one(parameters), same(parameters);
  EXPECT_EQ(one.slopes, same.slopes);
  SimulationParameters other = parameters;
  other.seed = 6;
  EXPECT_NE(other.text(), parameters.text());
  EXPECT_NE(one.slopes, Recorded(other).slopes);
}

TEST(DetectorNoise, falls_with_the_root_of_the_light_and_rises_with_the_read_noise) {
  const double bright = detector_noise({400.0, 0.0, 36.0}, 0.2, 0.15);
  EXPECT_NEAR(detector_noise({100.0, 0.0, 36.0}, 0.2, 0.15) / bright, 2.0, 1e-9);
  EXPECT_GT(detector_noise({400.0, 1.0, 36.0}, 0.2, 0.15), bright);
}

}  // namespace
}  // namespace telemetry
