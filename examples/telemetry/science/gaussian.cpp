#include "science/gaussian.hpp"

#include <cmath>

#include "science/units.hpp"

namespace telemetry {

double Gaussian::uniform() { return (static_cast<double>(engine_() >> 11) + 1.0) * 0x1p-53; }

double Gaussian::operator()() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  const double angle = 2.0 * pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

}  // namespace telemetry
