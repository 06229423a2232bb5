// The wind, from how the pattern of the slopes travels across the pupil.
//
//   Matrix map = slope_correlation(pupil, slopes, column_means(slopes), 100);
//   Displacement shift = peak_displacement(map);  // in subapertures, within 100 frames
#pragma once

#include "science/matrix.hpp"
#include "science/pupil.hpp"

namespace telemetry {

/// How far the pattern of the slopes moves: the correlation of the slopes of one frame with those `lag`
/// frames later in subapertures (dx, dy) away, averaged over all pairs and frames, in units of the slopes'
/// variance. Frozen layers show as peaks at wind * lag (Schoeck and Spillar 2000). Computed through
/// two-dimensional Fourier transforms of the frames; closed-loop slopes serve well, as the loop takes off the
/// large, slow structures only. `means` of the slopes are taken off. Returns (2 across - 1) x (2 across - 1)
/// values, dx = dy = 0 in the middle, row = dy; zero where fewer than a quarter of the subapertures overlap.
/// 1 <= lag < frames.
Matrix slope_correlation(const Pupil& pupil, const MatrixView& slopes, const VectorView& means, Eigen::Index lag);

/// [subapertures]
struct Displacement {
  double x, y;
};

/// Where the largest value lies, by a parabola through its neighbours.
Displacement peak_displacement(const MatrixView& correlation);

}  // namespace telemetry
