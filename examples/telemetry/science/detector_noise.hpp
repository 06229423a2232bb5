// detector_noise: how exactly a Shack-Hartmann sensor with a centre of gravity measures a slope.
//
//   double sigma = detector_noise({.photons = 200, .read_noise = 0.5, .pixels = 36}, 0.2, 0.15);  // arcsec
#pragma once

namespace telemetry {

struct Detector {
  double photons;     ///< detected photons per subaperture and frame
  double read_noise;  ///< electrons rms per pixel
  double pixels;      ///< pixels that the centre of gravity sums over
};

/// Standard deviation [arcsec] of one slope: photon and read noise for a Gaussian spot of which the
/// diffraction of the subaperture (its side in m) and the seeing (r0 in m) make the width (Rousset 1999).
/// One pixel samples the full width at half maximum of the diffraction spot with two.
double detector_noise(const Detector& detector, double subaperture_size, double r0);

}  // namespace telemetry
