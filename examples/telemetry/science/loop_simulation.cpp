#include "science/loop_simulation.hpp"

#include <fmt/format.h>

#include "science/gaussian.hpp"
#include "science/zernike.hpp"

namespace telemetry {
int SimulationParameters::modes() const { return zernikes_up_to(radial_orders) - 1; }

double SimulationParameters::slope_noise() const { return detector_noise(detector, diameter / across, atmosphere.r0); }

std::string SimulationParameters::text() const {
  std::string text = fmt::format("D={} across={} samples={} orders={} r0={} L0={} photons={} ron={} pixels={}",
                                 diameter, across, samples, radial_orders, atmosphere.r0, atmosphere.outer_scale,
                                 detector.photons, detector.read_noise, detector.pixels);
  for (const Layer& layer : layers)
    text += fmt::format(" layer={}/{}/{}", layer.fraction, layer.speed, layer.direction);
  return text + fmt::format(" rate={} frames={} gain={} delay={} seed={}", rate, frames, gain, delay, seed);
}

FrozenFlow turbulence(const SimulationParameters& parameters) {
  const Pupil pupil = parameters.pupil();
  const double width = 4.0 * parameters.atmosphere.outer_scale / pupil.spacing();
  int size = 64;  // a power of two, for the transform
  while (size < width || size < 2 * pupil.points()) size *= 2;
  return {parameters.atmosphere, parameters.layers, size, pupil.spacing(), pupil.points(), parameters.seed};
}

Matrix open_loop_slopes(const SimulationParameters& parameters) {
  const ShackHartmann sensor(parameters.pupil());
  const FrozenFlow flow = turbulence(parameters);
  const double noise = parameters.slope_noise();
  Gaussian gaussian(parameters.seed + 1);
  Matrix slopes(parameters.frames, sensor.slopes());
  for (int frame = 0; frame < parameters.frames; ++frame) {
    slopes.row(frame) = sensor.measure(flow.phase(frame / parameters.rate));
    for (double& slope : slopes.row(frame)) slope += noise * gaussian();
  }
  return slopes;
}

Matrix loop_commands(const SimulationParameters& parameters, const MatrixView& open_loop, const MatrixView& interaction,
                     const MatrixView& reconstructor) {
  // Sensor and mirror are linear, so the loop closes in the space of the modes, R (s - D c) = R s - R D c,
  // and R s is done for all frames at once.
  const Matrix seen = open_loop * reconstructor.transpose();    // frames x modes
  const Eigen::MatrixXd closure = reconstructor * interaction;  // the identity, unless modes were filtered
  Matrix commands(seen.rows(), seen.cols());
  commands.row(0) = seen.row(0);
  for (Eigen::Index frame = 1; frame < seen.rows(); ++frame) {
    commands.row(frame) = commands.row(frame - 1);
    const Eigen::Index measured = frame - parameters.delay;
    if (measured < 0) continue;
    commands.row(frame) += parameters.gain * (seen.row(measured) - commands.row(measured) * closure.transpose());
  }
  return commands;
}

Matrix closed_loop(const MatrixView& open_loop, const MatrixView& commands, const MatrixView& interaction) {
  Matrix slopes = open_loop;
  slopes.noalias() -= commands * interaction.transpose();
  return slopes;
}

Matrix pseudo_open_loop(const MatrixView& slopes, const MatrixView& commands, const MatrixView& interaction) {
  Matrix open_loop = slopes;
  open_loop.noalias() += commands * interaction.transpose();
  return open_loop;
}

}  // namespace telemetry
