#include "analyzer/telemetry.hpp"

#include <fmt/format.h>

#include <utility>

namespace telemetry {

SimulatedTelemetry::SimulatedTelemetry(SimulationParameters parameters,
                                       std::shared_ptr<const Reconstructor> reconstructor)
    : parameters_(std::move(parameters)),
      reconstructor_(std::move(reconstructor)),
      slope_count_(ShackHartmann(parameters_.pupil()).slopes()) {}

std::string SimulatedTelemetry::description() const {
  return fmt::format("simulated: {:g} m telescope, {} × {} subapertures, r0 {:g} m, L0 {:g} m, {} layers",
                     parameters_.diameter, parameters_.across, parameters_.across, parameters_.atmosphere.r0,
                     parameters_.atmosphere.outer_scale, parameters_.layers.size());
}

Matrix SimulatedTelemetry::applied_commands() const {
  return loop_commands(parameters_, view(*open_loop()), view(*reconstructor_->interaction()),
                       view(*reconstructor_->matrix()));
}

Matrix SimulatedTelemetry::measured_slopes() const {
  return closed_loop(view(*open_loop()), view(*commands()), view(*reconstructor_->interaction()));
}

std::string RecordedTelemetry::description() const { return fmt::format("{} ({})", file_.path(), file_.format()); }

}  // namespace telemetry
