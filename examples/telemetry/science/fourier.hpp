// Thin owners of FFTW's plans and memory.
//
//   RealTransform transform(1024);
//   std::ranges::copy(samples, transform.input().begin());
//   for (std::complex<double> c : transform.run()) ...
#pragma once

#include <complex>
#include <memory>
#include <span>

#include "science/matrix.hpp"

namespace telemetry {

/// Transform of `length` real samples to length/2 + 1 complex amplitudes, unnormalised. An object serves one
/// thread at a time; making and destroying are serialised inside, as FFTW demands.
class RealTransform {
 public:
  explicit RealTransform(int length);
  ~RealTransform();
  RealTransform(RealTransform&&) noexcept;
  RealTransform& operator=(RealTransform&&) noexcept;

  std::span<double> input();
  /// Valid until the next run.
  std::span<const std::complex<double>> run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

using ComplexMatrix = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Transforms of size x size complex values in place: forward with exp(-i ...), backward with exp(+i ...) and
/// divided by the number of values. One thread at a time.
class PlaneTransform {
 public:
  explicit PlaneTransform(int size);
  ~PlaneTransform();
  PlaneTransform(PlaneTransform&&) noexcept;
  PlaneTransform& operator=(PlaneTransform&&) noexcept;

  Eigen::Map<ComplexMatrix> plane();
  void forward();
  void backward();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Sum over all frequencies of a Hermitian spectrum given by its half: rows x (columns/2 + 1) amplitudes to
/// rows x columns real values, unnormalised. Destroys the spectrum.
Matrix inverse_transform(ComplexMatrix& spectrum, Eigen::Index columns);

}  // namespace telemetry
