// Statistics of a time series with one row per sample: of each column, and between columns.
//
//   Vector variance = column_variances(slopes);
//   Matrix c = covariance(slopes);
#pragma once

#include "science/matrix.hpp"

namespace telemetry {

/// Mean of each column.
Vector column_means(const MatrixView& series);

/// Variance of each column about its mean, divided by the number of samples less one.
Vector column_variances(const MatrixView& series);

/// Covariance of each two columns, same normalisation: columns x columns, symmetric.
Matrix covariance(const MatrixView& series);

/// How many independent patterns of equal strength would vary like that: trace^2 / |C|^2 (Frobenius norm).
double effective_rank(const MatrixView& covariance);

/// White noise on each column: the part of its variance that the neighbouring samples do not share. The
/// autocovariance at the lags of one and two samples is extrapolated to zero along a parabola, the shape that
/// it has at small lags for a quantity averaged over an aperture (the idea is Gendron and Lena's, 1995).
/// Returns variances, zero or more.
/// At least four samples.
Vector noise_variances(const MatrixView& series);

}  // namespace telemetry
