#include "analyzer/analyzer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "science/zernike.hpp"

namespace telemetry {
namespace {

struct Band {
  std::string name;
  Eigen::Index first, count;  // modes
};

// Zernike modes by radial order, from the slowest to the fastest.
std::vector<Band> radial_bands(int orders) {
  std::vector<Band> bands;
  for (const auto& [from, to] : {std::pair{1, 1}, {2, 2}, {3, 5}, {6, 10}, {11, 15}, {16, orders}}) {
    const int last = std::min(to, orders);
    if (from > last) break;
    const int begin = zernikes_up_to(from - 1) - 1, end = zernikes_up_to(last) - 1;
    const std::string name = from == 1      ? std::string("tip and tilt")
                             : from == last ? fmt::format("radial order {}", from)
                                            : fmt::format("radial orders {}–{}", from, last);
    bands.push_back({name, begin, end - begin});
  }
  return bands;
}

// Modes without an order: the first few singly, the rest in groups that grow.
std::vector<Band> plain_bands(const Reconstructor& reconstructor) {
  std::vector<Band> bands;
  for (int first = 0; first < reconstructor.modes();) {
    const int count = first < 4 ? 1 : std::min(first, reconstructor.modes() - first);
    const std::string name = count == 1 ? reconstructor.mode_name(first)
                                        : fmt::format("{} to {}", reconstructor.mode_name(first), first + count);
    bands.push_back({name, first, count});
    first += count;
  }
  return bands;
}

// Of a sensor of which nothing but its slopes is known.
std::shared_ptr<Reconstructor> blind_reconstructor(const Telemetry& telemetry,
                                                   const std::shared_ptr<Covariance>& covariance) {
  const Eigen::Index slopes = telemetry.slope_count();
  if (slopes <= 8) return std::make_shared<DirectReconstructor>(static_cast<int>(slopes));
  const Eigen::Index modes = std::min<Eigen::Index>({slopes, telemetry.frames() - 1, 64});
  return std::make_shared<ComponentReconstructor>(covariance, static_cast<int>(modes));
}

// As many radial orders as leave the modes well determined: half the number of subapertures across.
int orders_for(const Site& site) { return std::max(2, site.across / 2); }

}  // namespace

Analyzer::Analyzer(const SimulationParameters& parameters)
    : reconstructor(
          std::make_shared<ZernikeReconstructor>(ShackHartmann(parameters.pupil()), parameters.radial_orders)),
      telemetry(std::make_shared<SimulatedTelemetry>(parameters, reconstructor)) {
  build(Site{parameters.diameter, parameters.across, parameters.atmosphere.outer_scale}, true);
}

Analyzer::Analyzer(TelemetryFile file, double rate, std::optional<Site> site)
    : telemetry(std::make_shared<RecordedTelemetry>(std::move(file), rate)) {
  if (site) {
    const ShackHartmann sensor(Pupil(site->diameter, site->across, 4));
    if (sensor.slopes() != telemetry->slope_count())
      throw std::invalid_argument(fmt::format("{} subapertures across give {} slopes, but the file has {}",
                                              site->across, sensor.slopes(), telemetry->slope_count()));
    reconstructor = std::make_shared<ZernikeReconstructor>(sensor, orders_for(*site));
  }
  build(site, reconstructor && telemetry->command_count() == reconstructor->modes());
}

void Analyzer::build(std::optional<Site> site, bool commands_are_modes) {
  covariance = std::make_shared<Covariance>(telemetry);
  if (!reconstructor) reconstructor = blind_reconstructor(*telemetry, covariance);
  noise = std::make_shared<Noise>(telemetry, commands_are_modes ? reconstructor : nullptr);
  modal = std::make_shared<Modal>(telemetry, reconstructor);
  if (commands_are_modes) open_loop = std::make_shared<OpenLoop>(modal);

  const auto bands = site ? radial_bands(reconstructor->radial_orders()) : plain_bands(*reconstructor);
  for (const Band& band : bands) {
    std::optional<Spectrum> before;
    if (open_loop) before.emplace(open_loop, telemetry->frames(), band.first, band.count);
    Spectrum after(modal, telemetry->frames(), band.first, band.count);
    spectra.emplace_back(band.name, std::move(after), std::move(before));
  }
  if (site) {
    // Without commands the file is taken for a recording in open loop.
    const std::shared_ptr<const TimeSeries> sky =
        open_loop ? std::static_pointer_cast<const TimeSeries>(open_loop) : modal;
    seeing = std::make_shared<Seeing>(*site, reconstructor, sky, noise);
    performance.emplace(modal, noise, seeing);
    wind.emplace(Pupil(site->diameter, site->across, 1), telemetry);
  }
}

}  // namespace telemetry
