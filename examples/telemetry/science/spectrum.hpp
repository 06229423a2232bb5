// Temporal power spectra after Welch (1967).
//
//   Welch welch = Welch::for_series(samples, 1000.0);
//   Vector psd = welch.mean_spectrum(modes, 0, 2);  // of the columns 0 and 1, unit^2 / Hz
#pragma once

#include "science/matrix.hpp"

namespace telemetry {

enum class Window { rectangular, hann };

/// Averages the periodograms of segments that overlap by half, each freed of its mean and windowed.
struct Welch {
  double rate;          ///< of the samples [Hz]
  Eigen::Index length;  ///< of a segment, in samples, even
  Window window = Window::hann;

  /// Segments of a power of two: long enough to resolve, short enough that several fit into the series.
  static Welch for_series(Eigen::Index samples, double rate);

  /// 0 ... rate / 2 [Hz], length/2 + 1 values.
  Vector frequencies() const;

  /// One-sided power spectral density [unit^2 / Hz], averaged over `count` columns from `first` on. Its
  /// integral over the frequencies is the mean variance of these columns (within the segments).
  Vector mean_spectrum(const MatrixView& series, Eigen::Index first, Eigen::Index count) const;
};

/// Integral of a spectrum from one frequency [Hz] to another: the variance in that band.
double band_power(const VectorView& frequencies, const VectorView& psd, double from, double to);

/// The lowest frequency [Hz] above which the residual is no longer smaller than the open loop: the bandwidth
/// of the correction. Zero if it never is. The spectra are smoothed over a third of an octave first.
double crossover_frequency(const VectorView& frequencies, const VectorView& residual, const VectorView& open_loop);

}  // namespace telemetry
