#include "science/wind.hpp"

#include <stdexcept>
#include <vector>

#include "science/fourier.hpp"

namespace telemetry {
namespace {

// Offset of a parabola's top from the middle one of three values.
double parabola_top(double before, double middle, double after) {
  const double curvature = before - 2.0 * middle + after;
  return curvature < 0.0 ? 0.5 * (before - after) / curvature : 0.0;
}

}  // namespace

Matrix slope_correlation(const Pupil& pupil, const MatrixView& slopes, const VectorView& means, Eigen::Index lag) {
  if (lag < 1 || lag >= slopes.rows()) throw std::invalid_argument("the lag must be shorter than the series");
  const int across = pupil.across();
  const int size = 2 * across;  // zeros around the pupil keep its sides from meeting
  const auto& subapertures = pupil.subapertures();
  const auto half = static_cast<Eigen::Index>(subapertures.size());
  PlaneTransform transform(size);

  // The slopes along x and y as real and imaginary part, so that one transform serves both: the real part of
  // the complex correlation is the sum of theirs.
  double variance = 0.0;
  const auto spectrum = [&](Eigen::Index frame) -> ComplexMatrix {
    transform.plane().setZero();
    for (Eigen::Index i = 0; i < half; ++i) {
      const Subaperture& s = subapertures[static_cast<std::size_t>(i)];
      const std::complex<double> value(slopes(frame, i) - means(i), slopes(frame, half + i) - means(half + i));
      transform.plane()(s.row / pupil.samples(), s.column / pupil.samples()) = value;
      variance += std::norm(value);
    }
    transform.forward();
    return transform.plane();
  };

  std::vector<ComplexMatrix> recent(static_cast<std::size_t>(lag));  // the spectra of the last `lag` frames
  ComplexMatrix cross = ComplexMatrix::Zero(size, size);
  for (Eigen::Index frame = 0; frame < slopes.rows(); ++frame) {
    ComplexMatrix& earlier = recent[static_cast<std::size_t>(frame % lag)];
    ComplexMatrix now = spectrum(frame);
    if (frame >= lag) cross += earlier.conjugate().cwiseProduct(now);
    earlier.swap(now);
  }
  variance /= static_cast<double>(slopes.rows() * half);
  transform.plane() = cross / static_cast<double>(slopes.rows() - lag);
  transform.backward();
  const Matrix correlation = transform.plane().real();

  // How many pairs of subapertures went into each displacement: the same for a pupil full of ones.
  transform.plane().setZero();
  for (const Subaperture& s : subapertures)
    transform.plane()(s.row / pupil.samples(), s.column / pupil.samples()) = 1.0;
  transform.forward();
  transform.plane() = transform.plane().cwiseAbs2().eval();
  transform.backward();
  const Matrix pairs = transform.plane().real();

  Matrix map = Matrix::Zero(size - 1, size - 1);
  const double least = 0.25 * pairs(0, 0);
  for (int dy = 1 - across; dy < across; ++dy) {
    for (int dx = 1 - across; dx < across; ++dx) {
      const int row = (dy + size) % size, column = (dx + size) % size;
      if (pairs(row, column) < least) continue;
      map(dy + across - 1, dx + across - 1) =
          correlation(row, column) / pairs(row, column) / (variance > 0.0 ? variance : 1.0);
    }
  }
  return map;
}

Displacement peak_displacement(const MatrixView& correlation) {
  const Eigen::Index middle = correlation.rows() / 2;
  Eigen::Index row = 0, column = 0;
  correlation.maxCoeff(&row, &column);
  Displacement peak{static_cast<double>(column - middle), static_cast<double>(row - middle)};
  if (row > 0 && row + 1 < correlation.rows())
    peak.y += parabola_top(correlation(row - 1, column), correlation(row, column), correlation(row + 1, column));
  if (column > 0 && column + 1 < correlation.cols())
    peak.x += parabola_top(correlation(row, column - 1), correlation(row, column), correlation(row, column + 1));
  return peak;
}

}  // namespace telemetry
