// loop_simulation: slopes as an adaptive-optics system in closed loop would record them.
//
//   SimulationParameters parameters;
//   Matrix open_loop = open_loop_slopes(parameters);
//   Matrix commands = loop_commands(parameters, open_loop, interaction, reconstructor);
//   Matrix slopes = closed_loop(open_loop, commands, interaction);
#pragma once

#include <cstdint>
#include <string>

#include "science/detector_noise.hpp"
#include "science/frozen_flow.hpp"
#include "science/matrix.hpp"
#include "science/shack_hartmann.hpp"
#include "science/von_karman.hpp"

namespace telemetry {

struct SimulationParameters {
  double diameter = 8.0;             ///< of the telescope [m]
  int across = 40;                   ///< subapertures along the diameter
  int samples = 4;                   ///< phase grid intervals per subaperture
  int radial_orders = 20;            ///< Zernike modes up to this radial order are corrected
  VonKarman atmosphere{0.15, 25.0};  ///< r0 and L0 [m]
  std::vector<Layer> layers = default_layers();
  Detector detector{200.0, 0.5, 36.0};
  double rate = 1000.0;  ///< frames per second [Hz]
  int frames = 6000;
  double gain = 0.4;  ///< of the integrator
  int delay = 2;      ///< frames from the middle of an exposure to its correction
  std::uint64_t seed = 20240404;

  Pupil pupil() const { return {diameter, across, samples}; }
  int modes() const;
  double slope_noise() const;  ///< arcsec rms
  /// All parameters in one line: equal texts give equal telemetry.
  std::string text() const;
};

/// The atmosphere above the telescope: screens at least four outer scales and twice the pupil wide.
FrozenFlow turbulence(const SimulationParameters& parameters);

/// Slopes [arcsec] that the sensor measures without correction, noise included: frames x slopes.
Matrix open_loop_slopes(const SimulationParameters& parameters);

/// Commands [rad] of an integrator with pure delay that corrects these slopes: frames x modes; each row is
/// what the mirror corrects during that frame. `interaction` is slopes x modes [arcsec / rad],
/// `reconstructor` modes x slopes [rad / arcsec]. The first frame is fully corrected: a recording begins when
/// the loop has long been closed.
Matrix loop_commands(const SimulationParameters& parameters, const MatrixView& open_loop, const MatrixView& interaction,
                     const MatrixView& reconstructor);

/// What the sensor measures behind the mirror: open_loop - commands D^T, D being the interaction matrix.
Matrix closed_loop(const MatrixView& open_loop, const MatrixView& commands, const MatrixView& interaction);

/// What the sensor would have measured without correction, pseudo-open-loop: slopes + commands D^T.
Matrix pseudo_open_loop(const MatrixView& slopes, const MatrixView& commands, const MatrixView& interaction);

}  // namespace telemetry
