// Modal bases: what the columns of an interaction matrix stand for, and that matrix.
//
//   ShackHartmann sensor(pupil);
//   Matrix interaction = zernike_interaction(sensor, 300);  // slopes x modes, arcsec per rad
#pragma once

#include "science/matrix.hpp"
#include "science/shack_hartmann.hpp"

namespace telemetry {

/// Slopes [arcsec] that one radian of each of the Zernike modes Z2 ... Z(modes + 1) gives: slopes x modes.
Matrix zernike_interaction(const ShackHartmann& sensor, int modes);

/// Where nothing is known of the sensor: the directions in which the slopes vary most, that is the
/// eigenvectors of their covariance (Karhunen 1947, Loeve 1948), as orthonormal columns, largest variance
/// first. slopes x modes; modes <= slopes. Of many slopes the last few components are approximate.
Matrix principal_components(const MatrixView& covariance, int modes);

}  // namespace telemetry
