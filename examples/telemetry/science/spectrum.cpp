#include "science/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "science/fourier.hpp"
#include "science/units.hpp"

namespace telemetry {
namespace {

Vector window_values(Window window, Eigen::Index length) {
  Vector values = Vector::Ones(length);
  if (window == Window::hann)
    for (Eigen::Index i = 0; i < length; ++i)
      values(i) = 0.5 - 0.5 * std::cos(2.0 * pi * static_cast<double>(i) / static_cast<double>(length));
  return values;
}

Vector smoothed(const VectorView& frequencies, const VectorView& psd) {
  const double edge = std::pow(2.0, 1.0 / 6.0);
  Vector result(psd.size());
  for (Eigen::Index i = 0; i < psd.size(); ++i) {
    double sum = 0.0, count = 0.0;
    for (Eigen::Index k = 0; k < psd.size(); ++k) {
      if (frequencies(k) * edge < frequencies(i) || frequencies(k) > frequencies(i) * edge) continue;
      sum += psd(k);
      count += 1.0;
    }
    result(i) = sum / count;
  }
  return result;
}

}  // namespace

Welch Welch::for_series(Eigen::Index samples, double rate) {
  if (samples < 16) throw std::invalid_argument("a spectrum needs at least 16 samples");
  Eigen::Index length = 8;
  while (length * 4 <= samples && length < 1024) length *= 2;
  return {rate, length, Window::hann};
}

Vector Welch::frequencies() const { return Vector::LinSpaced(length / 2 + 1, 0.0, rate / 2.0); }

Vector Welch::mean_spectrum(const MatrixView& series, Eigen::Index first, Eigen::Index count) const {
  if (series.rows() < length) throw std::invalid_argument("the series is shorter than a segment");
  if (first < 0 || count < 1 || first + count > series.cols())
    throw std::invalid_argument("the series has no such columns");
  const Vector taper = window_values(window, length);
  RealTransform transform(static_cast<int>(length));
  Vector psd = Vector::Zero(length / 2 + 1);
  double periodograms = 0.0;
  for (Eigen::Index column = first; column < first + count; ++column) {
    for (Eigen::Index begin = 0; begin + length <= series.rows(); begin += length / 2) {
      const auto segment = series.col(column).segment(begin, length);
      Eigen::Map<Vector>(transform.input().data(), length) = (segment.array() - segment.mean()) * taper.array();
      const auto amplitudes = transform.run();
      for (Eigen::Index k = 0; k < psd.size(); ++k) psd(k) += std::norm(amplitudes[static_cast<std::size_t>(k)]);
      periodograms += 1.0;
    }
  }
  psd /= rate * taper.squaredNorm() * periodograms;
  psd.segment(1, psd.size() - 2) *= 2.0;  // one-sided: all but zero and the Nyquist frequency stand for two
  return psd;
}

double band_power(const VectorView& frequencies, const VectorView& psd, double from, double to) {
  const double step = frequencies(1) - frequencies(0);
  double sum = 0.0;
  for (Eigen::Index i = 0; i < psd.size(); ++i)
    if (frequencies(i) >= from && frequencies(i) < to) sum += psd(i) * step;
  return sum;
}

double crossover_frequency(const VectorView& frequencies, const VectorView& residual, const VectorView& open_loop) {
  const Vector after = smoothed(frequencies, residual);
  const Vector before = smoothed(frequencies, open_loop);
  if (after(1) >= before(1)) return 0.0;
  for (Eigen::Index i = 2; i < after.size(); ++i)
    if (after(i) >= before(i)) return frequencies(i);
  return frequencies(frequencies.size() - 1);
}

}  // namespace telemetry
