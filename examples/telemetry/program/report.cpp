#include "program/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "program/evaluation.hpp"
#include "program/text_plot.hpp"
#include "science/units.hpp"

namespace telemetry {
namespace {

// Wavelengths at which a Strehl ratio means something to an observer [m].
struct ObservingBand {
  const char* name;
  double wavelength;
};
constexpr ObservingBand observing_bands[] = {{"R", 0.64e-6}, {"J", 1.25e-6}, {"H", 1.65e-6}, {"K", 2.2e-6}};

void line(const char* name, const std::string& value, const std::string& remark = "") {
  fmt::print("  {:<34}{:>14}{}{}\n", name, value, remark.empty() ? "" : "   ", remark);
}

void print_sensor(const Analyzer& a) {
  const char* unit = a.seeing ? "arcsec" : "units of the file";
  fmt::print("\nSensor\n");
  line("slopes", fmt::format("{}", a.telemetry->slope_count()));
  line("rms of the slopes about their mean", fmt::format("{:.4g}", std::sqrt(a.telemetry->variance()->mean())), unit);
  std::string truth;
  if (const auto* simulated = dynamic_cast<const SimulatedTelemetry*>(a.telemetry.get()))
    truth = fmt::format(", simulated {:.4g}", simulated->parameters().slope_noise());
  line("noise of one slope, rms", fmt::format("{:.4g}", *a.noise->sigma()), unit + truth);
  line("independent patterns", fmt::format("{:.1f}", *a.covariance->effective_rank()),
       "effective rank of the covariance");
  line("modes", fmt::format("{}", a.reconstructor->modes()), a.reconstructor->description());
  line("condition number", fmt::format("{:.1f}", *a.reconstructor->condition()));
}

void print_turbulence(const Analyzer& a) {
  fmt::print("\nTurbulence\n");
  if (!a.seeing) {
    line("r0", "-", "needs a known sensor: give --subapertures (and --diameter)");
    return;
  }
  std::string truth = a.open_loop ? "" : ", if this was recorded in open loop";
  const double r0 = *a.seeing->r0();
  if (const auto* simulated = dynamic_cast<const SimulatedTelemetry*>(a.telemetry.get())) {
    const double simulated_r0 = simulated->parameters().atmosphere.r0;
    truth = fmt::format(", simulated {:.3f} m ({:+.1f} %)", simulated_r0, 100.0 * (r0 / simulated_r0 - 1.0));
  }
  line("r0", fmt::format("{:.3f} m", r0), "at 500 nm" + truth);
  line("seeing, with the outer scale", fmt::format("{:.2f} arcsec", *a.seeing->fwhm()),
       fmt::format("at 500 nm, L0 = {:g} m", a.seeing->site().outer_scale));
  const Vector wind = *a.wind->velocity();
  std::string layer;
  if (const auto* simulated = dynamic_cast<const SimulatedTelemetry*>(a.telemetry.get())) {
    const Layer& strongest = simulated->parameters().layers.front();
    layer = fmt::format(", simulated {:.1f} m/s, {:.0f}°", strongest.speed, strongest.direction);
  }
  line("wind of the strongest layer", fmt::format("{:.1f} m/s", wind.norm()),
       fmt::format("towards {:.0f}°", std::atan2(wind(1), wind(0)) * 180.0 / pi) + layer);
}

void print_performance(const Analyzer& a) {
  if (!a.open_loop || !a.performance) return;
  const auto nm = [](double variance) {
    return fmt::format("{:.0f} nm", std::sqrt(std::max(0.0, variance)) * nm_per_rad);
  };
  fmt::print("\nCorrection\n");
  line("wavefront before, rms", nm(a.seeing->variance()->sum()), "in the corrected modes");
  line("wavefront after, rms", nm(*a.performance->residual()), "in the corrected modes");
  line("fitting error, rms", nm(*a.performance->fitting()), "beyond them");
  std::string ratios;
  for (const auto& [name, wavelength] : observing_bands)
    ratios += fmt::format("   {} {:.1f} %", name, 100.0 * *a.performance->strehl(wavelength));
  fmt::print("  {:<34}{}\n", "Strehl ratio, without aliasing", ratios);
}

void print_bands(const Analyzer& a) {
  const double scale = a.seeing ? nm_per_rad : 1.0;
  fmt::print("\n{:<28}{:>7}{:>16}{:>16}{:>14}\n", "Bands", "modes", "before", "after", "bandwidth");
  const char* unit = a.seeing ? "nm rms" : "rms";
  fmt::print("  {:<26}{:>7}{:>16}{:>16}{:>14}\n", "", "", unit, unit, "Hz");
  for (const LoopSpectrum& spectrum : a.spectra) {
    const auto rms = [&](const Vector& variance) {
      return fmt::format("{:.4g}", scale * std::sqrt(variance.segment(spectrum.first(), spectrum.count()).sum()));
    };
    fmt::print("  {:<26}{:>7}{:>16}{:>16}{:>14}\n", spectrum.band(), spectrum.count(),
               a.open_loop ? rms(*a.open_loop->variance()) : "-", rms(*a.modal->variance()),
               a.open_loop ? fmt::format("{:.0f}", *spectrum.bandwidth()) : "-");
  }
}

void print_spectrum(const Analyzer& a) {
  if (a.spectra.empty()) return;
  const LoopSpectrum& spectrum = a.spectra.front();
  const double scale = a.seeing ? nm_per_rad * nm_per_rad : 1.0;
  std::vector<Curve> curves;
  if (spectrum.open_loop()) curves.push_back({"before correction", "·", scale * *spectrum.open_loop()->psd()});
  curves.push_back({spectrum.open_loop() ? "after" : "as measured", "•", scale * *spectrum.psd()});
  const std::string plot = log_log_plot(spectrum.frequencies(), curves, "Hz", a.seeing ? "nm²/Hz" : "1/Hz");
  if (!plot.empty()) fmt::print("\nPower spectrum: {}, mean of its modes\n{}", spectrum.band(), plot);
}

}  // namespace

void print_report(const Analyzer& analyzer) {
  evaluate(analyzer);
  print_sensor(analyzer);
  print_turbulence(analyzer);
  print_performance(analyzer);
  print_bands(analyzer);
  print_spectrum(analyzer);
}

}  // namespace telemetry
