// Spectrum: the temporal power spectrum of a few columns of a series; LoopSpectrum: of a band of modes, with
// and without correction.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "analyzer/time_series.hpp"
#include "science/spectrum.hpp"

namespace telemetry {

class Spectrum {
 public:
  /// Mean over `count` columns from `first` on.
  Spectrum(std::shared_ptr<const TimeSeries> series, Eigen::Index frames, Eigen::Index first, Eigen::Index count)
      : series_(std::move(series)), welch_(Welch::for_series(frames, series_->rate())), first_(first), count_(count) {}

  /// One-sided [unit of the samples, squared / Hz], at the frequencies below.
  CachedRef<Vector> psd() const {
    return psd_([this] { return welch_.mean_spectrum(view(*series_->samples()), first_, count_); });
  }
  Vector frequencies() const { return welch_.frequencies(); }  ///< Hz
  Eigen::Index first() const { return first_; }
  Eigen::Index count() const { return count_; }

 private:
  std::shared_ptr<const TimeSeries> series_;
  Welch welch_;
  Eigen::Index first_, count_;
  Cached<Vector> psd_;
  CACHE_ON_DISK(Spectrum, psd_)
};

/// The residual spectrum of a band of modes; where the open loop is known, its spectrum as well.
class LoopSpectrum : public Spectrum {
 public:
  LoopSpectrum(std::string band, Spectrum residual, std::optional<Spectrum> open_loop)
      : Spectrum(std::move(residual)), open_loop_(std::move(open_loop)), band_(std::move(band)) {}

  /// Up to this frequency [Hz] the loop corrects more than it adds; zero if the open loop is not known.
  CachedRef<double> bandwidth() const {
    return bandwidth_(
        [this] { return open_loop_ ? crossover_frequency(frequencies(), *psd(), *open_loop_->psd()) : 0.0; });
  }
  const std::optional<Spectrum>& open_loop() const { return open_loop_; }
  const std::string& band() const { return band_; }

 private:
  std::optional<Spectrum> open_loop_;
  std::string band_;
  Cached<double> bandwidth_;
  CACHE_ON_DISK(LoopSpectrum, bases(Spectrum), open_loop_, bandwidth_)
};

}  // namespace telemetry
