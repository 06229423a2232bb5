// VonKarman: what theory says about turbulent phase with Fried parameter r0 and outer scale L0.
//
//   VonKarman atmosphere{0.15, 25.0};
//   atmosphere.structure_function(1.0);  // rad^2 at 1 m
#pragma once

namespace telemetry {

struct VonKarman {
  double r0;           ///< Fried parameter [m] at the reference wavelength
  double outer_scale;  ///< L0 [m]

  /// Power spectral density of the phase [rad^2 m^2] at the spatial frequency f [1/m]:
  /// 0.0229 r0^(-5/3) (f^2 + 1/L0^2)^(-11/6)  (von Karman 1948; constant as in Conan 2000).
  double power_spectrum(double frequency) const;

  /// Mean square difference of the phase between two points `distance` [m] apart [rad^2] (Conan 2000).
  double structure_function(double distance) const;

  /// Variance [rad^2] of a Zernike coefficient of this radial order (Noll's norm; it is the same for every
  /// azimuthal order) on a circular pupil of this diameter [m]. Noll 1976 for infinite L0, Winker 1991 else;
  /// the integral over the spatial frequencies is done numerically. radial_order >= 1.
  double zernike_variance(int radial_order, double diameter) const;

  /// Full width at half maximum [arcsec] of a long exposure through a large telescope at the reference
  /// wavelength: 0.98 lambda / r0, less what the outer scale takes off (Tokovinin 2002).
  double seeing() const;
};

}  // namespace telemetry
