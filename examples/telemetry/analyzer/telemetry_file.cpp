#include "analyzer/telemetry_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "analyzer/npy_file.hpp"
#include "science/fits_file.hpp"

namespace telemetry {
namespace {

// Seconds from one sample to the next, whatever the unit of the times: seconds, or an absolute time in ms, us
// or ns, told apart by their size (an absolute time today is 1.7e9 s).
std::optional<double> sample_period(const Matrix& times) {
  const Eigen::Index count = times.size();
  if (count < 2) return std::nullopt;
  const double step = (times(count - 1) - times(0)) / static_cast<double>(count - 1);
  const double now = std::abs(times(0));
  const double unit = now > 1e17 ? 1e-9 : now > 1e14 ? 1e-6 : now > 1e11 ? 1e-3 : 1.0;
  return std::isfinite(step) && step > 0.0 ? std::optional(step * unit) : std::nullopt;
}

// The image that holds the slopes.
std::optional<FitsImage> slopes_image(const FitsFile& file) {
  if (auto named = file.find("SLOPES")) return named;
  for (const FitsImage& image : file.images())
    if (image.axes.size() == 2) return image;
  if (!file.images().empty()) return file.images().front();
  return std::nullopt;
}

}  // namespace

void TelemetryFile::refuse(const std::string& reason) const { throw TelemetryFileError(path_ + ": " + reason); }

TelemetryFile TelemetryFile::open(const std::string& path) {
  TelemetryFile file;
  file.path_ = path;
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) file.refuse("no such file");
  if (!std::filesystem::is_regular_file(status)) file.refuse("not a regular file");
  std::ifstream stream(path, std::ios::binary);
  std::array<char, 9> start{};
  if (!stream) file.refuse("cannot be opened");
  stream.read(start.data(), start.size());
  const std::string_view magic(start.data(), static_cast<std::size_t>(stream.gcount()));
  if (magic.starts_with("\x93NUMPY"))
    file.open_npy();
  else if (magic == "SIMPLE  =")
    file.open_fits();
  else
    file.refuse("neither a FITS nor an .npy file");

  if (file.slopes_ < 1) file.refuse("holds no slopes");
  if (file.frames_ < least_frames)
    file.refuse(fmt::format("{} samples are too few, at least {} are needed", file.frames_, least_frames));
  return file;
}

void TelemetryFile::open_fits() try {
  is_fits_ = true;
  const FitsFile file(path_);
  const auto slopes = slopes_image(file);
  if (!slopes) refuse("holds no image");
  if (slopes->axes.size() != 2)
    refuse(fmt::format("is not a matrix of samples by slopes: its image has {} axes", slopes->axes.size()));
  slopes_ = slopes->axes[0];
  frames_ = slopes->axes[1];
  const auto commands = file.find("COMMANDS");
  if (commands && commands->axes.size() == 2 && commands->axes[1] == frames_) commands_ = commands->axes[0];
  const auto time = file.find("TIME");
  if (time && time->axes.size() == 1 && time->axes[0] == frames_)
    if (const auto period = sample_period(file.read(*time))) rate_ = 1.0 / *period;
} catch (const TelemetryFileError&) {
  throw;
} catch (const std::runtime_error& error) {
  throw TelemetryFileError(error.what());
}

void TelemetryFile::open_npy() {
  const NpyShape shape = npy_shape(path_);
  frames_ = shape.rows;
  slopes_ = shape.columns;
}

Matrix TelemetryFile::checked(Matrix values) const {
  if (!values.allFinite()) refuse("holds elements that are not finite numbers");
  return values;
}

Matrix TelemetryFile::read_slopes() const {
  if (!is_fits_) return checked(read_npy(path_));
  try {
    const FitsFile file(path_);
    return checked(file.read(slopes_image(file).value()));
  } catch (const std::exception& error) {
    throw TelemetryFileError(error.what());
  }
}

Matrix TelemetryFile::read_commands() const {
  if (commands_ == 0) return Matrix(frames_, 0);
  try {
    const FitsFile file(path_);
    return checked(file.read(file.find("COMMANDS").value()));
  } catch (const std::exception& error) {
    throw TelemetryFileError(error.what());
  }
}

std::string TelemetryFile::fingerprint() const {
  std::ifstream stream(path_, std::ios::binary);
  const auto size = static_cast<std::uint64_t>(std::filesystem::file_size(path_));
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  std::array<char, 4096> block;
  constexpr std::uint64_t places = 64;
  for (std::uint64_t place = 0; place < places; ++place) {
    const std::uint64_t last = size > block.size() ? size - block.size() : 0;
    if (place > 0 && place * block.size() >= size) break;  // a small file: each block once
    stream.clear();
    stream.seekg(static_cast<std::streamoff>(size <= places * block.size() ? place * block.size()
                                                                           : last * place / (places - 1)));
    stream.read(block.data(), block.size());
    for (std::streamsize i = 0; i < stream.gcount(); ++i) {
      hash ^= static_cast<unsigned char>(block[static_cast<std::size_t>(i)]);
      hash *= 1099511628211u;
    }
  }
  return fmt::format("{} bytes, {:016x}", size, hash);
}

}  // namespace telemetry
