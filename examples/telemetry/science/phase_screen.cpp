#include "science/phase_screen.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "science/fourier.hpp"

namespace telemetry {

Matrix phase_screen(const VonKarman& atmosphere, int size, double spacing, Gaussian& gaussian) {
  const double width = size * spacing;  // m
  if (size < 2 || size % 2 != 0) throw std::invalid_argument("a phase screen has an even number of points");
  if (width < 4.0 * atmosphere.outer_scale)
    throw std::invalid_argument("a phase screen must be at least four outer scales wide");

  const int half = size / 2;
  ComplexMatrix spectrum(size, half + 1);
  for (int y = 0; y < size; ++y) {
    const double fy = (y <= half ? y : y - size) / width;
    for (int x = 0; x <= half; ++x) {
      const double fx = x / width;
      // Each amplitude carries the power of one cell (1 / width^2) of the spectrum, half of it in the real
      // and half in the imaginary part.
      const double amplitude = std::sqrt(0.5 * atmosphere.power_spectrum(std::hypot(fx, fy))) / width;
      const double real = gaussian();
      const double imaginary = gaussian();
      spectrum(y, x) = {amplitude * real, amplitude * imaginary};
    }
  }
  // The columns that are their own mirror image must be Hermitian along y for the screen to be real.
  for (const int x : {0, half}) {
    for (int y = 1; y < half; ++y) spectrum(size - y, x) = std::conj(spectrum(y, x));
    for (const int y : {0, half}) spectrum(y, x) = std::numbers::sqrt2 * spectrum(y, x).real();
  }
  spectrum(0, 0) = 0.0;  // the mean phase is of no interest
  return inverse_transform(spectrum, size);
}

}  // namespace telemetry
