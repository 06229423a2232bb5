// Pupil: a circular aperture, divided into square subapertures by the lenslet array.
//
//   Pupil pupil(8.0, 40, 4);
//   for (const Subaperture& s : pupil.subapertures()) ...
#pragma once

#include <vector>

namespace telemetry {

/// Where a subaperture begins on the phase grid (its corner with the lowest x and y).
struct Subaperture {
  int row, column;
};

class Pupil {
 public:
  /// `across` subapertures along the diameter [m], `samples` grid intervals along the side of each.
  Pupil(double diameter, int across, int samples);

  double diameter() const { return diameter_; }                     ///< m
  double subaperture_size() const { return diameter_ / across_; }   ///< m
  double spacing() const { return subaperture_size() / samples_; }  ///< of the phase grid [m]
  int across() const { return across_; }
  int samples() const { return samples_; }
  int points() const { return across_ * samples_ + 1; }  ///< of the phase grid along one side

  /// The lit subapertures, row by row: those with their centre inside the circle. Those on the rim count as
  /// whole squares; without them the rim would not be sensed, and high orders could not be told apart.
  const std::vector<Subaperture>& subapertures() const { return subapertures_; }

  /// Position of a grid point in units of the pupil's radius, from -1 to 1.
  double coordinate(int index) const { return 2.0 * index / (points() - 1) - 1.0; }

 private:
  double diameter_;
  int across_;
  int samples_;
  std::vector<Subaperture> subapertures_;
};

}  // namespace telemetry
