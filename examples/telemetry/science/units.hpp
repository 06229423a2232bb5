// Units: SI inside (m, s, Hz, rad of phase at the reference wavelength); slopes are angles on the sky in
// arcsec.
#pragma once

#include <numbers>

namespace telemetry {

inline constexpr double pi = std::numbers::pi;
inline constexpr double arcsec_per_rad = 180.0 * 3600.0 / pi;

/// r0, phases and modal coefficients refer to this wavelength [m].
inline constexpr double reference_wavelength = 500e-9;

/// Nanometres of wavefront in one radian of phase at the reference wavelength.
inline constexpr double nm_per_rad = reference_wavelength * 1e9 / (2.0 * pi);

}  // namespace telemetry
