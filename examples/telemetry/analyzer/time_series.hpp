// TimeSeries: anything sampled in time, and the statistics that every series has.
#pragma once

#include "analyzer/arrays.hpp"
#include "science/statistics.hpp"

namespace telemetry {

/// A cached class at the root of a hierarchy: the classes derived from it inherit mean() and variance(),
/// which are computed and stored for each of their objects.
class TimeSeries {
 public:
  virtual ~TimeSeries() = default;

  /// One row per sample.
  virtual CachedRef<Array<double>> samples() const = 0;
  virtual double rate() const = 0;  ///< Hz

  CachedRef<Vector> mean() const {
    return mean_([this] { return column_means(view(*samples())); });
  }
  /// Unit of the samples, squared.
  CachedRef<Vector> variance() const {
    return variance_([this] { return column_variances(view(*samples())); });
  }

 protected:
  TimeSeries() = default;

 private:
  Cached<Vector> mean_;
  Cached<Vector> variance_;
  CACHE_ON_DISK_VIRTUAL(TimeSeries, mean_, variance_)
};

}  // namespace telemetry
