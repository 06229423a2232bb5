// The least-squares reconstructor and what can be read from it.
//
//   Matrix reconstructor = pseudo_inverse(interaction, 1e-3);  // modes x slopes
//   Matrix modes = project(slopes, reconstructor);             // frames x modes
#pragma once

#include "science/matrix.hpp"

namespace telemetry {

/// Moore-Penrose inverse through the singular values; those below `cutoff` times the largest count as zero.
Matrix pseudo_inverse(const MatrixView& interaction, double cutoff);

/// How much of a white noise of unit variance on each slope arrives on each mode: the diagonal of R R^T.
Vector noise_propagation(const MatrixView& reconstructor);

/// Ratio of the largest to the smallest singular value among those that were kept.
double condition_number(const MatrixView& reconstructor);

/// Applies `transform` (outputs x inputs) to each row of a series (samples x inputs): samples x outputs.
Matrix project(const MatrixView& series, const MatrixView& transform);

}  // namespace telemetry
