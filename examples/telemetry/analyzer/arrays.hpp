// Between the science's matrices and the cache's arrays, which may lie in a mapped file.
//
//   Cached<Array<double>> slopes_;
//   slopes_([this] { return array(simulate()); });   // Matrix to Array
//   covariance(view(*slopes()));                     // Array to Matrix
#pragma once

#include <cache_on_disk/cache_on_disk.hpp>
#include <cache_on_disk/eigen.hpp>

#include "science/matrix.hpp"

namespace telemetry {

using cache_on_disk::Array;
using cache_on_disk::Cached;
using cache_on_disk::CachedRef;

/// The same elements, moved, not copied.
Array<double> array(Matrix values);

/// The same elements, not copied if they lie in C order, as all do that this program stores. Valid as long as
/// the array. Throws std::invalid_argument if it has not two dimensions.
MatrixView view(const Array<double>& array);

}  // namespace telemetry
