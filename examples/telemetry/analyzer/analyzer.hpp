// Analyzer: the tree of everything that is computed from one telemetry. One set_tag(analyzer, tag) makes all
// of it persistent.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "analyzer/covariance.hpp"
#include "analyzer/modal.hpp"
#include "analyzer/reconstructor.hpp"
#include "analyzer/seeing_analyzer.hpp"
#include "analyzer/spectra.hpp"
#include "analyzer/telemetry.hpp"
#include "analyzer/wind_analyzer.hpp"

namespace telemetry {

class Analyzer {
 public:
  /// Of a simulation.
  explicit Analyzer(const SimulationParameters& parameters);
  /// Of a file. `site` tells which sensor made it, if that is known: then the modes are Zernike polynomials
  /// and the commands, if there are as many, their coefficients [rad]. `rate` in Hz. Throws
  /// std::invalid_argument if the file cannot have come from that sensor.
  Analyzer(TelemetryFile file, double rate, std::optional<Site> site);

  std::shared_ptr<Reconstructor> reconstructor;
  std::shared_ptr<Telemetry> telemetry;
  std::shared_ptr<Covariance> covariance;
  std::shared_ptr<Noise> noise;
  std::shared_ptr<Modal> modal;
  std::shared_ptr<OpenLoop> open_loop;     ///< null where the commands are not known
  std::vector<LoopSpectrum> spectra;       ///< by bands of modes
  std::shared_ptr<Seeing> seeing;          ///< null where the sensor is not known
  std::optional<Performance> performance;  ///< as seeing
  std::optional<Wind> wind;                ///< as seeing

 private:
  void build(std::optional<Site> site, bool commands_are_modes);

  CACHE_ON_DISK(Analyzer, reconstructor, telemetry, covariance, noise, modal, open_loop, spectra, seeing, performance,
                wind)
};

}  // namespace telemetry
