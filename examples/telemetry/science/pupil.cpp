#include "science/pupil.hpp"

#include <cmath>
#include <stdexcept>

namespace telemetry {

Pupil::Pupil(double diameter, int across, int samples) : diameter_(diameter), across_(across), samples_(samples) {
  if (!(diameter > 0.0) || across < 2 || samples < 1)
    throw std::invalid_argument("a pupil needs a positive diameter and at least two subapertures across");
  for (int i = 0; i < across; ++i) {
    for (int j = 0; j < across; ++j) {
      const Subaperture s{i * samples, j * samples};
      const auto centre = [&](int begin) { return (coordinate(begin) + coordinate(begin + samples)) / 2.0; };
      if (std::hypot(centre(s.row), centre(s.column)) <= 1.0) subapertures_.push_back(s);
    }
  }
}

}  // namespace telemetry
