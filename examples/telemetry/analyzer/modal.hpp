// Modal: the time series seen as modes, behind the mirror and before it.
#pragma once

#include <memory>

#include "analyzer/telemetry.hpp"

namespace telemetry {

/// What the loop left: the modes of the measured slopes.
class Modal : public TimeSeries {
 public:
  Modal(std::shared_ptr<const Telemetry> telemetry, std::shared_ptr<const Reconstructor> reconstructor)
      : telemetry_(std::move(telemetry)), reconstructor_(std::move(reconstructor)) {}

  /// frames x modes [rad; of a file without geometry: the unit of its slopes]
  CachedRef<Array<double>> coefficients() const {
    return coefficients_(
        [this] { return array(project(view(*telemetry_->slopes()), view(*reconstructor_->matrix()))); });
  }
  CachedRef<Array<double>> samples() const override { return coefficients(); }
  double rate() const override { return telemetry_->rate(); }
  const Telemetry& telemetry() const { return *telemetry_; }
  const Reconstructor& reconstructor() const { return *reconstructor_; }

 private:
  std::shared_ptr<const Telemetry> telemetry_;
  std::shared_ptr<const Reconstructor> reconstructor_;
  Cached<Array<double>> coefficients_;
  CACHE_ON_DISK(Modal, bases(TimeSeries), coefficients_)
};

/// What came from the sky: the residual modes plus what the mirror took off (pseudo-open-loop).
class OpenLoop : public TimeSeries {
 public:
  explicit OpenLoop(std::shared_ptr<const Modal> residual) : residual_(std::move(residual)) {}

  /// frames x modes [rad]
  CachedRef<Array<double>> coefficients() const {
    return coefficients_([this] {
      const auto residual = residual_->coefficients();
      const auto commands = residual_->telemetry().commands();
      return array(view(*residual) + view(*commands));
    });
  }
  CachedRef<Array<double>> samples() const override { return coefficients(); }
  double rate() const override { return residual_->rate(); }

 private:
  std::shared_ptr<const Modal> residual_;
  Cached<Array<double>> coefficients_;
  CACHE_ON_DISK(OpenLoop, bases(TimeSeries), coefficients_)
};

}  // namespace telemetry
