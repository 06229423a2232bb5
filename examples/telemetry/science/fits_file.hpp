// FitsFile: reads images of real numbers from a FITS file, through CFITSIO.
//
//   FitsFile file("telemetry.fits");
//   if (auto image = file.find("SLOPES")) Matrix slopes = file.read(*image);
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "science/matrix.hpp"

namespace telemetry {

/// One image of the file.
struct FitsImage {
  int hdu;                 ///< position in the file, from 1
  std::string name;        ///< EXTNAME, may be empty
  std::vector<long> axes;  ///< as NAXIS1, NAXIS2, ...: the fastest first
};

/// Not thread-safe: one object per thread.
class FitsFile {
 public:
  /// The path is taken literally, without CFITSIO's extended syntax. Throws std::runtime_error with the path
  /// and CFITSIO's reason if this is not a FITS file.
  explicit FitsFile(const std::string& path);

  /// All images with at least one element.
  const std::vector<FitsImage>& images() const { return images_; }
  /// The first image of that name (case does not matter).
  std::optional<FitsImage> find(const std::string& name) const;

  /// Any numeric type, scaled as BSCALE and BZERO say. One axis: a single column; two: NAXIS2 rows and NAXIS1
  /// columns. Blank elements become NaN. Throws std::runtime_error if the data cannot be read.
  Matrix read(const FitsImage& image) const;

 private:
  struct Close {
    void operator()(void* file) const;
  };
  std::string path_;
  std::unique_ptr<void, Close> file_;
  std::vector<FitsImage> images_;
};

}  // namespace telemetry
