// Covariance of all slopes with each other, and the noise on each of them.
#pragma once

#include <cmath>
#include <memory>

#include "analyzer/telemetry.hpp"

namespace telemetry {

class Covariance {
 public:
  explicit Covariance(std::shared_ptr<const Telemetry> telemetry) : telemetry_(std::move(telemetry)) {}

  /// slopes x slopes, symmetric. [unit of the slopes, squared]
  CachedRef<Array<double>> matrix() const {
    return matrix_([this] { return array(covariance(view(*telemetry_->slopes()))); });
  }

  /// How many independent patterns the slopes show.
  CachedRef<double> effective_rank() const {
    return effective_rank_([this] { return telemetry::effective_rank(view(*matrix())); });
  }

 private:
  std::shared_ptr<const Telemetry> telemetry_;
  Cached<Array<double>> matrix_;
  Cached<double> effective_rank_;
  CACHE_ON_DISK(Covariance, matrix_, effective_rank_)
};

/// White noise of the sensor: from what it would have measured in open loop, where the commands are known,
/// because the loop itself turns noise into signal.
class Noise {
 public:
  /// `reconstructor` may be null: then the commands cannot be added to the slopes.
  Noise(std::shared_ptr<const Telemetry> telemetry, std::shared_ptr<const Reconstructor> reconstructor)
      : telemetry_(std::move(telemetry)), reconstructor_(std::move(reconstructor)) {}

  /// Of each slope. [unit of the slopes, squared]
  CachedRef<Vector> variance() const {
    return variance_([this]() -> Vector {
      const auto slopes = telemetry_->slopes();
      if (!reconstructor_) return noise_variances(view(*slopes));
      return noise_variances(
          pseudo_open_loop(view(*slopes), view(*telemetry_->commands()), view(*reconstructor_->interaction())));
    });
  }
  /// Root mean square over the slopes. [unit of the slopes]
  CachedRef<double> sigma() const {
    return sigma_([this] { return std::sqrt(variance()->mean()); });
  }

 private:
  std::shared_ptr<const Telemetry> telemetry_;
  std::shared_ptr<const Reconstructor> reconstructor_;
  Cached<Vector> variance_;
  Cached<double> sigma_;
  CACHE_ON_DISK(Noise, variance_, sigma_)
};

}  // namespace telemetry
