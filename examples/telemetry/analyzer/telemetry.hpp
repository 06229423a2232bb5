// Telemetry: what the loop recorded, from a file or simulated.
#pragma once

#include <memory>
#include <string>

#include "analyzer/reconstructor.hpp"
#include "analyzer/telemetry_file.hpp"
#include "analyzer/time_series.hpp"
#include "science/loop_simulation.hpp"

namespace telemetry {

class Telemetry : public TimeSeries {
 public:
  /// Slopes that the sensor measured: frames x slopes. [arcsec; of a file: its own unit]
  CachedRef<Array<double>> slopes() const {
    return slopes_([this] { return array(measured_slopes()); });
  }
  /// What the mirror corrected meanwhile: frames x commands, no columns if that was not recorded. [rad; of a
  /// file: its own unit]
  CachedRef<Array<double>> commands() const {
    return commands_([this] { return array(applied_commands()); });
  }
  CachedRef<Array<double>> samples() const final { return slopes(); }

  virtual Eigen::Index frames() const = 0;
  virtual Eigen::Index slope_count() const = 0;
  virtual Eigen::Index command_count() const = 0;
  virtual std::string description() const = 0;

 private:
  virtual Matrix measured_slopes() const = 0;
  virtual Matrix applied_commands() const = 0;

  Cached<Array<double>> slopes_;
  Cached<Array<double>> commands_;
  CACHE_ON_DISK(Telemetry, bases(TimeSeries), slopes_, commands_)
};

class SimulatedTelemetry final : public Telemetry {
 public:
  SimulatedTelemetry(SimulationParameters parameters, std::shared_ptr<const Reconstructor> reconstructor);

  /// What the sensor would have measured without correction: frames x slopes [arcsec].
  CachedRef<Array<double>> open_loop() const {
    return open_loop_([this] { return array(open_loop_slopes(parameters_)); });
  }
  const SimulationParameters& parameters() const { return parameters_; }

  double rate() const override { return parameters_.rate; }
  Eigen::Index frames() const override { return parameters_.frames; }
  Eigen::Index slope_count() const override { return slope_count_; }
  Eigen::Index command_count() const override { return parameters_.modes(); }
  std::string description() const override;

 private:
  Matrix measured_slopes() const override;
  Matrix applied_commands() const override;

  SimulationParameters parameters_;
  std::shared_ptr<const Reconstructor> reconstructor_;
  Eigen::Index slope_count_;
  Cached<Array<double>> open_loop_;
  CACHE_ON_DISK(SimulatedTelemetry, bases(Telemetry), open_loop_)
};

class RecordedTelemetry final : public Telemetry {
 public:
  /// `rate` in Hz.
  RecordedTelemetry(TelemetryFile file, double rate) : file_(std::move(file)), rate_(rate) {}

  /// Tells this file from others of its name.
  CachedRef<std::string> fingerprint() const {
    return fingerprint_([this] { return file_.fingerprint(); });
  }

  double rate() const override { return rate_; }
  Eigen::Index frames() const override { return file_.frames(); }
  Eigen::Index slope_count() const override { return file_.slopes(); }
  Eigen::Index command_count() const override { return file_.commands(); }
  std::string description() const override;

 private:
  Matrix measured_slopes() const override { return file_.read_slopes(); }
  Matrix applied_commands() const override { return file_.read_commands(); }

  TelemetryFile file_;
  double rate_;
  Cached<std::string> fingerprint_;
  CACHE_ON_DISK(RecordedTelemetry, bases(Telemetry), fingerprint_)
};

}  // namespace telemetry
