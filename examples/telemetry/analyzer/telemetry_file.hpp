// TelemetryFile: a matrix of time samples by slopes in a FITS or .npy file, and what else the file tells.
//
//   TelemetryFile file = TelemetryFile::open("tiptilt.fits");
//   Matrix slopes = file.read_slopes();
//
// FITS: the image SLOPES, or else the first image of two axes; commands from COMMANDS, the times of the
// samples from TIME, if they are there. .npy: the array.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "science/matrix.hpp"

namespace telemetry {

/// A file that cannot be used; what() names the file and the reason.
class TelemetryFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class TelemetryFile {
 public:
  /// Fewer samples than this say nothing of a spectrum.
  static constexpr Eigen::Index least_frames = 16;

  /// Reads the headers and the times only. Throws TelemetryFileError.
  static TelemetryFile open(const std::string& path);

  const std::string& path() const { return path_; }
  const char* format() const { return is_fits_ ? "FITS" : "npy"; }
  Eigen::Index frames() const { return frames_; }
  Eigen::Index slopes() const { return slopes_; }
  Eigen::Index commands() const { return commands_; }   ///< columns; 0: none recorded
  std::optional<double> rate() const { return rate_; }  ///< Hz, from the times of the samples

  /// frames x slopes. Throws TelemetryFileError, too if an element is not finite.
  Matrix read_slopes() const;
  /// frames x commands.
  Matrix read_commands() const;

  /// A short text that differs between files of different size or content. Looks at no more than 64 places.
  std::string fingerprint() const;

 private:
  void open_fits();
  void open_npy();
  Matrix checked(Matrix values) const;
  [[noreturn]] void refuse(const std::string& reason) const;

  std::string path_;
  bool is_fits_ = false;
  Eigen::Index frames_ = 0, slopes_ = 0, commands_ = 0;
  std::optional<double> rate_;
};

}  // namespace telemetry
