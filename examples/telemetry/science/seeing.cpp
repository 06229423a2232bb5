#include "science/seeing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "science/units.hpp"
#include "science/von_karman.hpp"
#include "science/zernike.hpp"

namespace telemetry {

OrderRange OrderRange::for_sensor(int subapertures_across, int highest_order) {
  return {3, std::min({9, subapertures_across / 4, highest_order - 2})};
}

double estimate_r0(const VectorView& variances, double diameter, double outer_scale, OrderRange orders) {
  const VonKarman unit{1.0, outer_scale};  // variances scale with r0^(-5/3)
  double sum = 0.0;
  int count = 0;
  for (int order = orders.first; order <= orders.last; ++order) {
    const int begin = zernikes_up_to(order - 1) - 1;  // column of the order's first mode: Z2 is column 0
    const int end = std::min(zernikes_up_to(order) - 1, static_cast<int>(variances.size()));
    if (begin >= end) break;
    const double theory = unit.zernike_variance(order, diameter);
    for (int mode = begin; mode < end; ++mode) {
      sum += variances(mode) / theory;
      ++count;
    }
  }
  if (count == 0) throw std::invalid_argument("too few modes for an estimate of r0");
  if (sum <= 0.0) return std::numeric_limits<double>::infinity();
  return std::pow(sum / count, -3.0 / 5.0);
}

double fitting_error(int modes, double diameter, double r0) {
  return 0.2944 * std::pow(modes + 1.0, -std::sqrt(3.0) / 2.0) * std::pow(diameter / r0, 5.0 / 3.0);
}

double estimate_strehl(double variance, double wavelength) {
  const double scale = reference_wavelength / wavelength;
  return std::exp(-variance * scale * scale);
}

}  // namespace telemetry
