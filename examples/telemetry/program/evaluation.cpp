#include "program/evaluation.hpp"

#include <fmt/format.h>

#include "program/ledger.hpp"

namespace telemetry {

void evaluate(const Analyzer& a) {
  Ledger ledger;
  const auto& telemetry = *a.telemetry;
  const auto& reconstructor = *a.reconstructor;
  const auto* simulated = dynamic_cast<const SimulatedTelemetry*>(&telemetry);
  const auto calibrate = [&] {
    ledger.get("reconstructor.interaction", reconstructor, "interaction", [&] { return reconstructor.interaction(); });
    ledger.get("reconstructor.matrix", reconstructor, "matrix", [&] { return reconstructor.matrix(); });
    ledger.get("reconstructor.noise_propagation", reconstructor, "noise_propagation",
               [&] { return reconstructor.noise_propagation(); });
    ledger.get("reconstructor.condition", reconstructor, "condition", [&] { return reconstructor.condition(); });
  };
  if (simulated != nullptr) {
    calibrate();
    ledger.get("telemetry.open_loop", *simulated, "open_loop", [&] { return simulated->open_loop(); });
  }
  if (telemetry.command_count() > 0)
    ledger.get("telemetry.commands", telemetry, "commands", [&] { return telemetry.commands(); });
  ledger.get("telemetry.slopes", telemetry, "slopes", [&] { return telemetry.slopes(); });
  ledger.get("telemetry.mean", telemetry, "mean", [&] { return telemetry.mean(); });
  ledger.get("telemetry.variance", telemetry, "variance", [&] { return telemetry.variance(); });
  ledger.get("covariance.matrix", *a.covariance, "matrix", [&] { return a.covariance->matrix(); });
  if (simulated == nullptr) calibrate();  // principal components need the covariance
  ledger.get("covariance.effective_rank", *a.covariance, "effective_rank",
             [&] { return a.covariance->effective_rank(); });
  ledger.get("noise.variance", *a.noise, "variance", [&] { return a.noise->variance(); });
  ledger.get("noise.sigma", *a.noise, "sigma", [&] { return a.noise->sigma(); });
  ledger.get("modal.coefficients", *a.modal, "coefficients", [&] { return a.modal->coefficients(); });
  ledger.get("modal.variance", *a.modal, "variance", [&] { return a.modal->variance(); });
  if (a.open_loop) {
    ledger.get("open_loop.coefficients", *a.open_loop, "coefficients", [&] { return a.open_loop->coefficients(); });
    ledger.get("open_loop.variance", *a.open_loop, "variance", [&] { return a.open_loop->variance(); });
  }
  for (std::size_t i = 0; i < a.spectra.size(); ++i) {
    const LoopSpectrum& spectrum = a.spectra[i];
    ledger.get(fmt::format("spectra[{}].psd", i), spectrum, "psd", [&] { return spectrum.psd(); });
    if (!spectrum.open_loop()) continue;
    const Spectrum& before = *spectrum.open_loop();
    ledger.get(fmt::format("spectra[{}].open_loop.psd", i), before, "psd", [&] { return before.psd(); });
    ledger.get(fmt::format("spectra[{}].bandwidth", i), spectrum, "bandwidth", [&] { return spectrum.bandwidth(); });
  }
  if (a.seeing) {
    ledger.get("seeing.variance", *a.seeing, "variance", [&] { return a.seeing->variance(); });
    ledger.get("seeing.r0", *a.seeing, "r0", [&] { return a.seeing->r0(); });
    ledger.get("seeing.fwhm", *a.seeing, "fwhm", [&] { return a.seeing->fwhm(); });
  }
  if (a.open_loop && a.performance) {
    ledger.get("performance.residual", *a.performance, "residual", [&] { return a.performance->residual(); });
    ledger.get("performance.fitting", *a.performance, "fitting", [&] { return a.performance->fitting(); });
  }
  if (a.wind) {
    ledger.get("wind.correlation", *a.wind, "correlation", [&] { return a.wind->correlation(); });
    ledger.get("wind.velocity", *a.wind, "velocity", [&] { return a.wind->velocity(); });
  }
  ledger.finish();
}

}  // namespace telemetry
