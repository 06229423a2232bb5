// Reads a matrix of real numbers from an .npy file, with the cache library's own reader.
#pragma once

#include <string>

#include "science/matrix.hpp"

namespace telemetry {

struct NpyShape {
  Eigen::Index rows, columns;
};

/// From the header alone. Throws TelemetryFileError, naming path and reason, if this is not a .npy file that
/// holds a matrix of integers, booleans or real floating-point numbers.
NpyShape npy_shape(const std::string& path);

/// All elements, as double, whatever their type, byte order and memory order. Bytes behind the array are
/// ignored, so that the entries of a cache can be read as well. Throws as above, too if data are missing.
Matrix read_npy(const std::string& path);

}  // namespace telemetry
