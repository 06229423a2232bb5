#include "science/detector_noise.hpp"

#include <cmath>

#include "science/units.hpp"

namespace telemetry {

double detector_noise(const Detector& detector, double subaperture_size, double r0) {
  const double diffraction = reference_wavelength / subaperture_size;  // rad on the sky
  const double seeing = 0.98 * reference_wavelength / r0;
  const double widening = std::hypot(diffraction, seeing) / diffraction;
  const double pixels_per_diffraction_width = 2.0;
  // Variances of the phase difference between the sides of the subaperture [rad^2].
  const double photon = pi * pi / 2.0 / detector.photons * widening * widening;
  const double read =
      pi * pi / 3.0 *
      std::pow(detector.read_noise * detector.pixels / (detector.photons * pixels_per_diffraction_width), 2);
  return std::sqrt(photon + read) / (2.0 * pi) * diffraction * arcsec_per_rad;
}

}  // namespace telemetry
