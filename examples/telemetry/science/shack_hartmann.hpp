// ShackHartmann: the geometric model of the sensor: the mean tilt of the wavefront over each subaperture.
//
//   ShackHartmann sensor(pupil);
//   Vector slopes = sensor.measure(phase);  // arcsec
#pragma once

#include "science/matrix.hpp"
#include "science/pupil.hpp"

namespace telemetry {

class ShackHartmann {
 public:
  explicit ShackHartmann(Pupil pupil) : pupil_(std::move(pupil)) {}

  const Pupil& pupil() const { return pupil_; }
  int slopes() const { return 2 * static_cast<int>(pupil_.subapertures().size()); }

  /// Slopes [arcsec], first all x, then all y, of the phase [rad] on the pupil's grid (row = y). The mean
  /// gradient over a square is the difference of the mean phases along two opposite sides (Fried 1977); the
  /// means are taken with the trapezoidal rule.
  Vector measure(const MatrixView& phase) const;

 private:
  Pupil pupil_;
};

}  // namespace telemetry
