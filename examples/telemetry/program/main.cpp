// telemetry: analyses the telemetry of an adaptive-optics loop, and remembers what it computed.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "analyzer/analyzer.hpp"
#include "program/options.hpp"
#include "program/report.hpp"

namespace telemetry {
namespace {

Analyzer make_analyzer(const Options& options) {
  const SimulationParameters& s = options.simulation;
  if (!options.file) return Analyzer(s);
  TelemetryFile file = TelemetryFile::open(*options.file);
  const double rate = options.rate.value_or(file.rate().value_or(1000.0));
  std::optional<Site> site;
  if (options.sensor_known) site = Site{s.diameter, s.across, s.atmosphere.outer_scale};
  return Analyzer(std::move(file), rate, site);
}

// What is assumed stands beside it: all frequencies follow from the rate.
const char* remark_on_rate(const Options& options) {
  const bool known = !options.file || options.rate || TelemetryFile::open(*options.file).rate();
  return known ? "" : " (assumed: the file does not tell; see --rate)";
}

// A tag stands for one dataset; another file of the same name is another one.
void check_fingerprint(const Analyzer& analyzer, const Options& options, const std::string& tag) {
  const auto* recorded = dynamic_cast<const RecordedTelemetry*>(analyzer.telemetry.get());
  if (recorded == nullptr || *recorded->fingerprint() == TelemetryFile::open(*options.file).fingerprint()) return;
  throw UsageError(
      fmt::format("{}: what is stored under the tag {} comes from another file of that name; "
                  "give this one a --tag of its own, or drop the old results with --clear",
                  *options.file, tag));
}

void run(const Options& options) {
  Analyzer analyzer = make_analyzer(options);
  const std::string tag = tag_for(options);
  if (options.log) cache_on_disk::set_logfile(*options.log);
  if (options.tmpdir) cache_on_disk::set_tmpdir(analyzer, *options.tmpdir);
  cache_on_disk::set_tag(analyzer, tag);
  if (options.clear) cache_on_disk::clear_cache(analyzer);
  check_fingerprint(analyzer, options, tag);

  fmt::print("{}\n{} frames at {:g} Hz{}\ncache tag {}\n\n", analyzer.telemetry->description(),
             analyzer.telemetry->frames(), analyzer.telemetry->rate(), remark_on_rate(options), tag);
  print_report(analyzer);
}

int main_program(const std::vector<std::string>& arguments) {
  try {
    const Options options = parse_options(arguments);
    if (options.help)
      fmt::print("{}", help_text());
    else
      run(options);
    return 0;
  } catch (const UsageError& error) {
    fmt::print(stderr, "telemetry: {}\n(telemetry --help lists the options)\n", error.what());
  } catch (const TelemetryFileError& error) {
    fmt::print(stderr, "telemetry: {}\n", error.what());
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "telemetry: {}\n", error.what());
  } catch (const std::exception& error) {
    fmt::print(stderr, "telemetry: {}\n", error.what());
    return 1;
  }
  return 2;
}

}  // namespace
}  // namespace telemetry

int main(int count, char** arguments) {
  return telemetry::main_program(std::vector<std::string>(arguments + 1, arguments + count));
}
