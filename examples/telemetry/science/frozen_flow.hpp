// FrozenFlow: layers of turbulence that the wind carries across the pupil unchanged (Taylor 1938).
//
//   FrozenFlow flow(atmosphere, default_layers(), 2048, 0.05, 161, seed);
//   Matrix phase = flow.phase(0.125);  // rad on 161 x 161 points at t = 0.125 s
#pragma once

#include <cstdint>
#include <vector>

#include "science/matrix.hpp"
#include "science/von_karman.hpp"

namespace telemetry {

struct Layer {
  double fraction;   ///< share of the turbulence, of r0^(-5/3)
  double speed;      ///< m/s
  double direction;  ///< deg, anticlockwise from x
};

/// Ground, two tropospheric layers and the jet stream of a good site.
std::vector<Layer> default_layers();

class FrozenFlow {
 public:
  /// One phase screen of size x size points, `spacing` [m] apart, per layer; the telescope sees window x
  /// window of them. window + 3 <= size.
  FrozenFlow(const VonKarman& atmosphere, const std::vector<Layer>& layers, int size, double spacing, int window,
             std::uint64_t seed);

  /// The phase [rad] above the telescope at the time t [s]: window x window; row = y, column = x. Positions
  /// between the screens' points are interpolated with cubic polynomials. Screens are periodic, so time may
  /// run on: as the winds are oblique, the pupil comes back to its old place only after many crossings.
  Matrix phase(double time) const;

 private:
  struct Screen {
    Layer layer;
    Matrix phase;  // continued periodically beyond `size`, so that every window is one block
  };
  int size_, window_;
  double spacing_;
  std::vector<Screen> screens_;
};

}  // namespace telemetry
