// phase_screen: one random sample of turbulent phase on a square grid.
//
//   Gaussian gaussian(1);
//   Matrix phase = phase_screen({0.15, 25.0}, 2048, 0.05, gaussian);  // rad, 102 m wide
#pragma once

#include "science/gaussian.hpp"
#include "science/matrix.hpp"
#include "science/von_karman.hpp"

namespace telemetry {

/// Filters white noise with the square root of the von Karman spectrum (McGlamery 1976) on size x size points
/// `spacing` [m] apart; `size` is even. The screen [rad] is periodic.
///
/// There are no subharmonics: they mend what lies below the frequency 1 / (size * spacing), and where the
/// screen is at least four outer scales wide, the spectrum is flat there and holds next to nothing. Narrower
/// screens are refused (std::invalid_argument).
Matrix phase_screen(const VonKarman& atmosphere, int size, double spacing, Gaussian& gaussian);

}  // namespace telemetry
