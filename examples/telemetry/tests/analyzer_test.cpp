// The tree of cached classes: what it computes, and that a second one finds it on disk.
#include "analyzer/analyzer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "program/provenance.hpp"
#include "tests/temporary_directory.hpp"
#include "tests/written_files.hpp"

namespace telemetry {
namespace {

SimulationParameters small_simulation() {
  SimulationParameters parameters;
  parameters.diameter = 4.0;
  parameters.across = 12;
  parameters.samples = 2;
  parameters.radial_orders = 6;
  parameters.atmosphere = {0.15, 10.0};
  parameters.frames = 300;
  return parameters;
}

void tag(Analyzer& analyzer, const TemporaryDirectory& directory, const std::string& name) {
  cache_on_disk::set_tmpdir(analyzer, directory.path());
  cache_on_disk::set_tag(analyzer, name);
}

TEST(Analyzer, a_second_one_reads_what_the_first_computed) {
  const TemporaryDirectory directory;
  Analyzer first(small_simulation());
  tag(first, directory, "simulation");
  EXPECT_EQ(provenance(*first.seeing, "r0"), Provenance::computed);
  const double r0 = *first.seeing->r0();
  EXPECT_EQ(provenance(*first.seeing, "r0"), Provenance::memory);
  const Vector psd = *first.spectra.at(1).psd();
  const double bandwidth = *first.spectra.at(1).bandwidth();
  const double strehl = *first.performance->strehl(1.65e-6);

  Analyzer second(small_simulation());
  tag(second, directory, "simulation");
  EXPECT_EQ(provenance(*second.seeing, "r0"), Provenance::disk);
  EXPECT_EQ(provenance(*second.telemetry, "slopes"), Provenance::disk);
  EXPECT_EQ(*second.seeing->r0(), r0);
  EXPECT_EQ(*second.spectra.at(1).psd(), psd);
  EXPECT_EQ(*second.spectra.at(1).bandwidth(), bandwidth);
  EXPECT_EQ(*second.performance->strehl(1.65e-6), strehl);
  EXPECT_EQ(*second.telemetry->slopes(), *first.telemetry->slopes());
  EXPECT_EQ(cache_on_disk::statistics(second).total.computed, 0u);
}

TEST(Analyzer, entries_have_names_that_another_language_can_tell) {
  const TemporaryDirectory directory;
  Analyzer analyzer(small_simulation());
  tag(analyzer, directory, "names");
  analyzer.performance->strehl(1.65e-6);
  analyzer.modal->variance();
  analyzer.spectra.at(0).bandwidth();
  analyzer.covariance->matrix();
  for (const char* name :
       {"root.telemetry.Telemetry.slopes", "root.telemetry.SimulatedTelemetry.open_loop",
        "root.reconstructor.Reconstructor.matrix", "root.modal.Modal.coefficients", "root.modal.TimeSeries.variance",
        "root.spectra[0].Spectrum.psd", "root.spectra[0].LoopSpectrum.bandwidth",
        "root.spectra[0].open_loop.Spectrum.psd", "root.covariance.Covariance.matrix", "root.seeing.Seeing.r0",
        "root.performance.Performance.strehl(1.65e-06)"})
    EXPECT_TRUE(std::filesystem::exists(directory / ("cachenames/" + std::string(name) + ".npy"))) << name;
}

TEST(Analyzer, clear_cache_forgets_everything) {
  const TemporaryDirectory directory;
  Analyzer analyzer(small_simulation());
  tag(analyzer, directory, "cleared");
  analyzer.noise->sigma();
  analyzer.performance->strehl(1e-6);
  cache_on_disk::clear_cache(analyzer);
  EXPECT_EQ(provenance(*analyzer.noise, "sigma"), Provenance::computed);
  for (const auto& entry : std::filesystem::directory_iterator(directory / "cachecleared"))
    EXPECT_NE(entry.path().extension(), ".npy") << entry.path();
}

TEST(Analyzer, without_a_tag_nothing_is_written) {
  SimulationParameters parameters = small_simulation();
  parameters.frames = 40;
  Analyzer analyzer(parameters);
  EXPECT_EQ(analyzer.telemetry->slopes()->shape()[0], 40u);
  EXPECT_EQ(provenance(*analyzer.telemetry, "slopes"), Provenance::computed);
}

TEST(Analyzer, takes_a_tip_tilt_file_as_it_is) {
  const TemporaryDirectory directory;
  const std::string path = directory / "tiptilt.fits";
  std::vector<double> slopes;
  for (int i = 0; i < 100; ++i) {
    slopes.push_back(std::sin(0.3 * i));
    slopes.push_back(2.0 * std::cos(0.3 * i));
  }
  append_image(path, "SLOPES", {2, 100}, slopes);
  Analyzer analyzer(TelemetryFile::open(path), 1000.0, std::nullopt);
  tag(analyzer, directory, "tiptilt");
  EXPECT_EQ(analyzer.seeing, nullptr);
  EXPECT_EQ(analyzer.open_loop, nullptr);
  ASSERT_EQ(analyzer.spectra.size(), 2u);
  EXPECT_EQ(analyzer.spectra[0].band(), "tip");
  EXPECT_EQ(*analyzer.modal->coefficients(), *analyzer.telemetry->slopes());
  EXPECT_NEAR((*analyzer.modal->variance())(1), 2.0, 0.1);
  const Vector psd = *analyzer.spectra[1].psd();
  Eigen::Index peak = 0;
  psd.maxCoeff(&peak);
  EXPECT_NEAR(analyzer.spectra[1].frequencies()(peak), 1000.0 * 0.3 / (2.0 * M_PI), 32.0);
}

TEST(Analyzer, finds_the_principal_components_of_an_unknown_sensor) {
  const TemporaryDirectory directory;
  const Eigen::Index frames = 200, slopes = 12;
  std::vector<double> values;
  for (int i = 0; i < frames; ++i)  // one sine on all slopes, a weaker one with alternating sign
    for (int j = 0; j < slopes; ++j)
      values.push_back(3.0 * std::sin(0.2 * i) + (j % 2 == 0 ? 1.0 : -1.0) * std::sin(0.7 * i));
  append_image(directory / "unknown.fits", "SLOPES", {slopes, frames}, values);
  Analyzer analyzer(TelemetryFile::open(directory / "unknown.fits"), 1000.0, std::nullopt);
  tag(analyzer, directory, "unknown");
  const Vector variance = *analyzer.modal->variance();
  EXPECT_NEAR(variance(0), 12.0 * 4.5, 2.0);
  EXPECT_NEAR(variance(1), 12.0 * 0.5, 0.5);
  EXPECT_LT(variance.tail(10).maxCoeff(), 1e-9);
}

// What a simulation recorded, read back as if another program had written it.
TEST(Analyzer, a_file_of_a_known_sensor_gives_the_same_seeing_as_the_simulation_it_came_from) {
  const TemporaryDirectory directory;
  Analyzer simulated(small_simulation());
  tag(simulated, directory, "simulated");
  const std::string path = directory / "recorded.fits";
  const auto append = [&](const char* name, const Array<double>& values) {
    append_image(path, name, {static_cast<long>(values.shape()[1]), static_cast<long>(values.shape()[0])},
                 std::vector<double>(values.begin(), values.end()));
  };
  append("SLOPES", *simulated.telemetry->slopes());
  append("COMMANDS", *simulated.telemetry->commands());

  const Site site{4.0, 12, 10.0};
  Analyzer recorded(TelemetryFile::open(path), 1000.0, site);
  tag(recorded, directory, "recorded");
  // The sensor of a file is taken to average its edges over more points than this small simulation does.
  EXPECT_NEAR(*recorded.seeing->r0() / *simulated.seeing->r0(), 1.0, 0.05);
  EXPECT_THROW(Analyzer(TelemetryFile::open(path), 1000.0, Site{4.0, 14, 10.0}), std::invalid_argument);
}

}  // namespace
}  // namespace telemetry
