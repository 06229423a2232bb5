// Options: the command line of the program.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "science/loop_simulation.hpp"

namespace telemetry {

/// A command line that makes no sense; what() says why.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Options {
  std::optional<std::string> file;
  SimulationParameters simulation;  ///< without a file
  bool sensor_known = true;         ///< with a file: if --subapertures was given
  std::optional<double> rate;       ///< Hz
  std::optional<std::string> tag, tmpdir, log;
  bool clear = false;
  bool help = false;
};

/// Throws UsageError.
Options parse_options(const std::vector<std::string>& arguments);

/// The text of --help.
std::string help_text();

/// The tag that the options name, or the one that their data deserve: the file's name or the simulation's
/// parameters, so that whatever changes a value changes the tag.
std::string tag_for(const Options& options);

}  // namespace telemetry
