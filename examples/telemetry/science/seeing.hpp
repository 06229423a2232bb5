// Estimates of the turbulence and of the correction from modal variances.
//
//   double r0 = estimate_r0(variances, 8.0, 25.0, OrderRange::for_sensor(40, 20));
//   double strehl = estimate_strehl(residual_variance, 1650e-9);
#pragma once

#include "science/matrix.hpp"

namespace telemetry {

/// Radial orders that r0 is fitted to.
struct OrderRange {
  int first, last;

  /// Lower orders than the third vary too slowly to be averaged in a few seconds and feel the outer scale and
  /// the vibrations most; aliasing contaminates those beyond a quarter of the subapertures across (at most
  /// the ninth is used), and the modes left out of the reconstruction the last two (Herrmann 1981).
  static OrderRange for_sensor(int subapertures_across, int highest_order);
};

/// Fried parameter [m] at the reference wavelength from the open-loop variances [rad^2] of the Zernike modes
/// Z2, Z3, ..., noise already taken off: the factor that brings von Karman's variances (Noll 1976, Winker
/// 1991) to the measured ones, averaged over the modes of `orders`. Diameter and outer scale in m.
/// Throws std::invalid_argument if no mode of these orders was measured, returns infinity where the
/// variances leave no turbulence.
double estimate_r0(const VectorView& variances, double diameter, double outer_scale, OrderRange orders);

/// Variance [rad^2] of what lies beyond the first `modes` Zernike modes, piston not counted: Noll's (1976)
/// asymptotic residual. modes >= 10.
double fitting_error(int modes, double diameter, double r0);

/// Strehl ratio at a wavelength [m] of a residual phase variance [rad^2 at the reference wavelength]:
/// exp(-variance), the extended Marechal approximation.
double estimate_strehl(double variance, double wavelength);

}  // namespace telemetry
