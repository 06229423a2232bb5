// Gaussian: independent normal deviates (mean 0, variance 1) that depend on nothing but the seed.
//
//   Gaussian gaussian(42);
//   double x = gaussian();
#pragma once

#include <cstdint>
#include <random>

namespace telemetry {

/// Box-Muller on the standard 64-bit Mersenne twister. std::normal_distribution would do, but every standard
/// library draws another sequence from it. Not thread-safe: one per thread.
class Gaussian {
 public:
  explicit Gaussian(std::uint64_t seed) : engine_(seed) {}
  double operator()();

 private:
  double uniform();  // in (0, 1]

  std::mt19937_64 engine_;
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace telemetry
