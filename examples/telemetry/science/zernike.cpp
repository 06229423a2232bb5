#include "science/zernike.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace telemetry {
namespace {

// R_n^m(r) = r^m P_k^(0,m)(2 r^2 - 1) with k = (n - m) / 2. The three-term recurrence of the Jacobi
// polynomials is stable where the sum with factorials cancels.
double radial(int n, int m, double r) {
  const int degree = (n - m) / 2;
  const double b = m;
  const double z = 2.0 * r * r - 1.0;
  double previous = 0.0, current = 1.0;
  for (int k = 1; k <= degree; ++k) {
    const double s = 2.0 * k + b;
    const double next =
        k == 1 ? 1.0 + (b + 2.0) * (z - 1.0) / 2.0
               : ((s - 1.0) * (s * (s - 2.0) * z - b * b) * current - 2.0 * (k - 1.0) * (k + b - 1.0) * s * previous) /
                     (2.0 * k * (k + b) * (s - 2.0));
    previous = current;
    current = next;
  }
  return std::pow(r, m) * current;
}

}  // namespace

ZernikeIndex noll_index(int j) {
  if (j < 1) throw std::invalid_argument("Noll's indices begin with 1");
  int n = 0;
  while (zernikes_up_to(n) < j) ++n;
  const int position = j - zernikes_up_to(n - 1);  // 1 ... n + 1 within the radial order
  const int m = n % 2 == 0 ? 2 * (position / 2) : 2 * ((position - 1) / 2) + 1;
  return {n, j % 2 == 0 ? m : -m};
}

double zernike(ZernikeIndex index, double x, double y) {
  const auto [n, m] = index;
  const double value = std::sqrt(n + 1.0) * radial(n, std::abs(m), std::hypot(x, y));
  if (m == 0) return value;
  const double angle = std::abs(m) * std::atan2(y, x);
  return std::sqrt(2.0) * value * (m > 0 ? std::cos(angle) : std::sin(angle));
}

Matrix zernike_on(const Pupil& pupil, int j) {
  const ZernikeIndex index = noll_index(j);
  Matrix values(pupil.points(), pupil.points());
  for (int row = 0; row < pupil.points(); ++row)
    for (int column = 0; column < pupil.points(); ++column)
      values(row, column) = zernike(index, pupil.coordinate(column), pupil.coordinate(row));
  return values;
}

std::string zernike_name(int j) {
  static constexpr std::array names = {"piston", "tip",    "tilt",      "focus",     "astigmatism 45", "astigmatism 0",
                                       "coma y", "coma x", "trefoil y", "trefoil x", "spherical"};
  if (j >= 1 && j <= static_cast<int>(names.size())) return names[static_cast<std::size_t>(j - 1)];
  return fmt::format("Z{}", j);
}

}  // namespace telemetry
