// Zernike polynomials on the unit disk in Noll's order and norm (Noll 1976): j = 1 is piston, 2 and 3 are
// tip and tilt, and each has unit variance over the disk.
//
//   ZernikeIndex focus = noll_index(4);  // n = 2, m = 0
//   double z = zernike(focus, 0.5, 0.1);
#pragma once

#include <string>

#include "science/matrix.hpp"
#include "science/pupil.hpp"

namespace telemetry {

struct ZernikeIndex {
  int n;  ///< radial order
  int m;  ///< azimuthal order; negative for the sine terms
};

/// j >= 1.
ZernikeIndex noll_index(int j);

/// How many polynomials, piston included, have at most this radial order.
inline int zernikes_up_to(int radial_order) { return (radial_order + 1) * (radial_order + 2) / 2; }

/// Value at (x, y), in units of the radius. Defined outside the disk, too, where it grows fast.
double zernike(ZernikeIndex index, double x, double y);

/// The polynomial on the pupil's phase grid, row = y [rad of phase for a coefficient of 1 rad].
Matrix zernike_on(const Pupil& pupil, int j);

/// "tip", "focus", ... for those that have a common name, else "Z27".
std::string zernike_name(int j);

}  // namespace telemetry
