// Wind: speed and direction of the strongest layer. Needs to know where the subapertures are.
#pragma once

#include <algorithm>
#include <memory>

#include "analyzer/telemetry.hpp"
#include "science/wind.hpp"

namespace telemetry {

class Wind {
 public:
  Wind(Pupil pupil, std::shared_ptr<const Telemetry> telemetry)
      : pupil_(std::move(pupil)), telemetry_(std::move(telemetry)) {}

  /// Correlation of the slopes with those `lag()` frames later: an image, displacement zero in its middle,
  /// one pixel per subaperture.
  CachedRef<Array<double>> correlation() const {
    return correlation_(
        [this] { return array(slope_correlation(pupil_, view(*telemetry_->slopes()), *telemetry_->mean(), lag())); });
  }
  /// Components of the velocity along x and y [m/s].
  CachedRef<Vector> velocity() const {
    return velocity_([this]() -> Vector {
      const Displacement shift = peak_displacement(view(*correlation()));
      const double scale = pupil_.subaperture_size() * telemetry_->rate() / static_cast<double>(lag());
      return Eigen::Vector2d(scale * shift.x, scale * shift.y);
    });
  }
  /// Frames in which a wind of 10 m/s goes five subapertures; at most a quarter of all.
  Eigen::Index lag() const {
    const auto wanted = static_cast<Eigen::Index>(pupil_.subaperture_size() * 0.5 * telemetry_->rate());
    return std::clamp<Eigen::Index>(wanted, 1, std::max<Eigen::Index>(1, telemetry_->frames() / 4));
  }

 private:
  Pupil pupil_;
  std::shared_ptr<const Telemetry> telemetry_;
  Cached<Array<double>> correlation_;
  Cached<Vector> velocity_;
  CACHE_ON_DISK(Wind, correlation_, velocity_)
};

}  // namespace telemetry
