// Seeing: how strong the turbulence was; Performance: how well it was corrected. Both need to know the
// telescope.
#pragma once

#include <memory>

#include "analyzer/covariance.hpp"
#include "analyzer/modal.hpp"
#include "science/seeing.hpp"
#include "science/von_karman.hpp"

namespace telemetry {

/// What is known of the telescope beside the telemetry.
struct Site {
  double diameter;     ///< m
  int across;          ///< subapertures along the diameter
  double outer_scale;  ///< L0 [m], assumed
};

class Seeing {
 public:
  Seeing(Site site, std::shared_ptr<const Reconstructor> reconstructor, std::shared_ptr<const TimeSeries> open_loop,
         std::shared_ptr<const Noise> noise)
      : site_(site),
        reconstructor_(std::move(reconstructor)),
        open_loop_(std::move(open_loop)),
        noise_(std::move(noise)) {}

  /// Variance of each mode in open loop, measurement noise taken off [rad^2].
  CachedRef<Vector> variance() const {
    return variance_([this]() -> Vector {
      const double noise = noise_->variance()->mean();
      return *open_loop_->variance() - noise * *reconstructor_->noise_propagation();
    });
  }
  /// Fried parameter at 500 nm [m].
  CachedRef<double> r0() const {
    return r0_([this] {
      return estimate_r0(*variance(), site_.diameter, site_.outer_scale,
                         OrderRange::for_sensor(site_.across, reconstructor_->radial_orders()));
    });
  }
  /// Full width at half maximum of a long exposure at 500 nm [arcsec].
  CachedRef<double> fwhm() const {
    return fwhm_([this] { return VonKarman{*r0(), site_.outer_scale}.seeing(); });
  }
  const Site& site() const { return site_; }

 private:
  Site site_;
  std::shared_ptr<const Reconstructor> reconstructor_;
  std::shared_ptr<const TimeSeries> open_loop_;
  std::shared_ptr<const Noise> noise_;
  Cached<Vector> variance_;
  Cached<double> r0_;
  Cached<double> fwhm_;
  CACHE_ON_DISK(Seeing, variance_, r0_, fwhm_)
};

class Performance {
 public:
  Performance(std::shared_ptr<const Modal> modal, std::shared_ptr<const Noise> noise,
              std::shared_ptr<const Seeing> seeing)
      : modal_(std::move(modal)), noise_(std::move(noise)), seeing_(std::move(seeing)) {}

  /// Variance of the corrected modes [rad^2 at 500 nm], measurement noise taken off.
  CachedRef<double> residual() const {
    return residual_([this] {
      const double noise = noise_->variance()->mean();
      return modal_->variance()->sum() - noise * modal_->reconstructor().noise_propagation()->sum();
    });
  }
  /// Variance of what the mirror cannot form [rad^2 at 500 nm].
  CachedRef<double> fitting() const {
    return fitting_(
        [this] { return fitting_error(modal_->reconstructor().modes(), seeing_->site().diameter, *seeing_->r0()); });
  }
  /// Strehl ratio at a wavelength [m]; aliasing and errors outside the loop are not in it.
  CachedRef<double> strehl(double wavelength) const {
    return strehl_(wavelength, [&] { return estimate_strehl(*residual() + *fitting(), wavelength); });
  }

 private:
  std::shared_ptr<const Modal> modal_;
  std::shared_ptr<const Noise> noise_;
  std::shared_ptr<const Seeing> seeing_;
  Cached<double> residual_;
  Cached<double> fitting_;
  Cached<double(double)> strehl_;
  CACHE_ON_DISK(Performance, residual_, fitting_, strehl_)
};

}  // namespace telemetry
