#include "science/shack_hartmann.hpp"

#include <stdexcept>

#include "science/units.hpp"

namespace telemetry {

Vector ShackHartmann::measure(const MatrixView& phase) const {
  if (phase.rows() != pupil_.points() || phase.cols() != pupil_.points())
    throw std::invalid_argument("the phase does not lie on the pupil's grid");
  const int side = pupil_.samples();
  const auto half = static_cast<Eigen::Index>(pupil_.subapertures().size());
  const double arcsec_per_phase = reference_wavelength / (2.0 * pi) / pupil_.subaperture_size() * arcsec_per_rad;

  Vector slopes(2 * half);
  Eigen::Index index = 0;
  for (const auto& [row, column] : pupil_.subapertures()) {
    double x = 0.0, y = 0.0;
    for (int k = 0; k <= side; ++k) {
      const double weight = (k == 0 || k == side ? 0.5 : 1.0) / side;
      x += weight * (phase(row + k, column + side) - phase(row + k, column));
      y += weight * (phase(row + side, column + k) - phase(row, column + k));
    }
    slopes(index) = arcsec_per_phase * x;
    slopes(half + index) = arcsec_per_phase * y;
    ++index;
  }
  return slopes;
}

}  // namespace telemetry
