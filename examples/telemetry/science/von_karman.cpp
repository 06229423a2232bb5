#include "science/von_karman.hpp"

#include <cmath>

#include "science/units.hpp"

namespace telemetry {
namespace {

// [24/5 Gamma(6/5)]^(5/6): turns r0 into the strength of the refractive index fluctuations.
double fried_constant() { return std::pow(24.0 / 5.0 * std::tgamma(6.0 / 5.0), 5.0 / 6.0); }

}  // namespace

double VonKarman::power_spectrum(double frequency) const {
  static const double constant =
      std::pow(std::tgamma(11.0 / 6.0), 2) / (2.0 * std::pow(pi, 11.0 / 3.0)) * fried_constant();
  const double roll_off = frequency * frequency + 1.0 / (outer_scale * outer_scale);
  return constant * std::pow(r0, -5.0 / 3.0) * std::pow(roll_off, -11.0 / 6.0);
}

double VonKarman::structure_function(double distance) const {
  if (distance <= 0.0) return 0.0;
  const double x = 2.0 * pi * distance / outer_scale;
  const double strength = std::pow(outer_scale / r0, 5.0 / 3.0) * std::pow(2.0, 1.0 / 6.0) * std::tgamma(11.0 / 6.0) /
                          std::pow(pi, 8.0 / 3.0) * fried_constant();
  return strength *
         (std::tgamma(5.0 / 6.0) / std::pow(2.0, 1.0 / 6.0) - std::pow(x, 5.0 / 6.0) * std::cyl_bessel_k(5.0 / 6.0, x));
}

double VonKarman::zernike_variance(int radial_order, double diameter) const {
  // 2 pi integral of f W(f) (n+1) [2 J_{n+1}(x) / x]^2 df with x = pi D f. Substituting x = t^3 makes the
  // integrand smooth at zero; the step resolves the oscillation of J^2 up to the end, where what remains
  // falls as x^(-14/3).
  const double order = radial_order;
  const double end = std::cbrt(300.0 + 2.0 * order);
  const double step = 0.004;
  const int steps = static_cast<int>(end / step);
  double sum = 0.0;
  for (int i = 0; i < steps; ++i) {
    const double t = (i + 0.5) * step;  // midpoint rule
    const double x = t * t * t;
    const double frequency = x / (pi * diameter);
    const double filter = 2.0 * std::cyl_bessel_j(order + 1.0, x) / x;
    sum += frequency * power_spectrum(frequency) * filter * filter * 3.0 * t * t * step;
  }
  return 2.0 * pi * (order + 1.0) * sum / (pi * diameter);
}

double VonKarman::seeing() const {
  const double kolmogorov = 0.98 * reference_wavelength / r0 * arcsec_per_rad;
  const double correction = 1.0 - 2.183 * std::pow(r0 / outer_scale, 0.356);
  return correction > 0.0 ? kolmogorov * std::sqrt(correction) : 0.0;
}

}  // namespace telemetry
