// The matrix and vector types of the science library: a time series has one row per sample.
//
//   Matrix slopes(frames, 2 * subapertures);
//   slopes.row(0);  // the first frame, contiguous in memory
#pragma once

#include <Eigen/Core>

namespace telemetry {

/// Row-major, as .npy and FITS images are, so that one row is one contiguous frame.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

/// A matrix that someone else owns (a cached array, a file): what the functions take.
using MatrixView = Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>>;
using VectorView = Eigen::Ref<const Vector, 0, Eigen::InnerStride<>>;

}  // namespace telemetry
