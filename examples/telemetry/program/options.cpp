#include "program/options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>

namespace telemetry {
namespace {

struct Switch {
  std::string name, value, help;
  std::function<void(Options&, const std::string&)> apply;
};

double number(const std::string& name, const std::string& text, double least, double most) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= least) || !(value <= most))
    throw UsageError(fmt::format("{} takes a number from {:g} to {:g}, not '{}'", name, least, most, text));
  return value;
}

// A switch that sets a number.
template <class T>
Switch numeric(std::string name, std::string help, double least, double most, std::function<void(Options&, T)> set) {
  return {name, std::is_integral_v<T> ? "N" : "X", std::move(help), [=](Options& options, const std::string& text) {
            const double value = number(name, text, least, most);
            if (std::is_integral_v<T> && value != std::floor(value))
              throw UsageError(fmt::format("{} takes a whole number, not '{}'", name, text));
            set(options, static_cast<T>(value));
          }};
}

const std::vector<Switch>& switches() {
  static const std::vector<Switch> all = {
      numeric<int>("--frames", "frames to simulate (6000)", 16, 100000,
                   [](Options& o, int n) { o.simulation.frames = n; }),
      numeric<int>("--subapertures", "subapertures across the pupil (40); with a FILE: its sensor is known", 12, 100,
                   [](Options& o, int n) {
                     o.simulation.across = n;
                     o.simulation.radial_orders = n / 2;
                     o.sensor_known = true;
                   }),
      numeric<double>("--diameter", "of the telescope in m (8)", 0.1, 60,
                      [](Options& o, double x) { o.simulation.diameter = x; }),
      numeric<double>("--r0", "Fried parameter at 500 nm in m (0.15)", 0.01, 10,
                      [](Options& o, double x) { o.simulation.atmosphere.r0 = x; }),
      numeric<double>("--outer-scale", "of the turbulence in m (25)", 1, 60,
                      [](Options& o, double x) { o.simulation.atmosphere.outer_scale = x; }),
      numeric<double>("--photons", "per subaperture and frame (200)", 1, 1e9,
                      [](Options& o, double x) { o.simulation.detector.photons = x; }),
      numeric<double>("--gain", "of the integrator (0.4)", 0, 1, [](Options& o, double x) { o.simulation.gain = x; }),
      numeric<int>("--delay", "of the loop in frames (2)", 1, 2, [](Options& o, int n) { o.simulation.delay = n; }),
      numeric<double>("--rate", "frames per second in Hz (a FILE's own, else 1000)", 0.001, 1e6,
                      [](Options& o, double x) { o.simulation.rate = *(o.rate = x); }),
      numeric<std::uint64_t>("--seed", "of the random numbers", 0, 9007199254740992.0,
                             [](Options& o, std::uint64_t n) { o.simulation.seed = n; }),
      {"--tag", "TAG", "name of the cache (from the FILE's name or the simulation's parameters)",
       [](Options& o, const std::string& text) { o.tag = text; }},
      {"--tmpdir", "DIR", "where caches are kept (TMPDIR, else /tmp)",
       [](Options& o, const std::string& text) { o.tmpdir = text; }},
      {"--log", "FILE", "what the cache does, call by call", [](Options& o, const std::string& text) { o.log = text; }},
      {"--clear", "", "forget what is stored under the tag first",
       [](Options& o, const std::string&) { o.clear = true; }},
      {"--help", "", "this text", [](Options& o, const std::string&) { o.help = true; }},
  };
  return all;
}

const Switch& find(const std::string& name) {
  for (const Switch& s : switches())
    if (s.name == name) return s;
  throw UsageError(fmt::format("unknown option {}", name));
}

std::uint64_t hash(const std::string& text) {  // FNV-1a
  std::uint64_t value = 14695981039346656037u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return value;
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  options.sensor_known = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    if (!name.starts_with("--")) {
      if (options.file) throw UsageError(fmt::format("only one FILE, not {} and {}", *options.file, name));
      options.file = name;
      continue;
    }
    std::optional<std::string> value;
    if (const auto equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const Switch& s = find(name);
    if (s.value.empty() && value) throw UsageError(fmt::format("{} takes no value", name));
    if (!s.value.empty() && !value) {
      if (++i == arguments.size()) throw UsageError(fmt::format("{} needs a value", name));
      value = arguments[i];
    }
    s.apply(options, value.value_or(""));
  }
  if (!options.file) options.sensor_known = true;
  return options;
}

std::string help_text() {
  std::string text =
      "telemetry [FILE] [options]\n\n"
      "Analyses the telemetry of an adaptive-optics loop: a matrix of time samples by slopes, from a FITS or "
      ".npy\n"
      "FILE, or simulated. Every result is cached on disk: the second run reads what the first one "
      "computed.\n\n";
  for (const Switch& s : switches())
    text += fmt::format("  {:<20} {}\n", s.value.empty() ? s.name : fmt::format("{} {}", s.name, s.value), s.help);
  return text;
}

std::string tag_for(const Options& options) {
  if (options.tag) return *options.tag;
  const SimulationParameters& s = options.simulation;
  if (!options.file)
    return fmt::format("simulation_{:g}m_{}x{}_{}frames_{:08x}", s.diameter, s.across, s.across, s.frames,
                       static_cast<std::uint32_t>(hash(s.text())));
  std::string tag = std::filesystem::path(*options.file).filename().string();
  if (options.sensor_known)
    tag += fmt::format("_{}x{}_{:g}m_L0_{:g}m", s.across, s.across, s.diameter, s.atmosphere.outer_scale);
  if (options.rate) tag += fmt::format("_{:g}Hz", *options.rate);
  return tag;
}

}  // namespace telemetry
