#include "science/von_karman.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "science/units.hpp"

namespace telemetry {
namespace {

constexpr double huge_outer_scale = 1e7;  // m: Kolmogorov turbulence

TEST(VonKarman, approaches_kolmogorov_where_the_outer_scale_is_huge) {
  const VonKarman atmosphere{0.15, huge_outer_scale};
  EXPECT_NEAR(atmosphere.structure_function(0.15), 6.88, 0.05);  // Fried 1965
  EXPECT_NEAR(atmosphere.structure_function(1.5), 6.88 * std::pow(10.0, 5.0 / 3.0), 4.0);
  EXPECT_NEAR(atmosphere.power_spectrum(1.0) * std::pow(0.15, 5.0 / 3.0), 0.0229, 0.0001);
}

TEST(VonKarman, structure_function_saturates_at_twice_the_variance) {
  const VonKarman atmosphere{0.15, 10.0};
  const double twice_the_variance = 0.1726 * std::pow(10.0 / 0.15, 5.0 / 3.0);  // 2 x 0.0863 (L0/r0)^(5/3)
  EXPECT_NEAR(atmosphere.structure_function(300.0) / twice_the_variance, 1.0, 0.01);
}

TEST(VonKarman, zernike_variances_are_those_of_noll) {
  const VonKarman atmosphere{1.0, huge_outer_scale};
  // Noll 1976, table IV: differences of the residuals divided among the modes of one order, D / r0 = 1.
  EXPECT_NEAR(atmosphere.zernike_variance(1, 1.0), 0.448, 0.005);
  EXPECT_NEAR(atmosphere.zernike_variance(2, 1.0), 0.0232, 0.0003);
  EXPECT_NEAR(atmosphere.zernike_variance(3, 1.0), 0.00619, 0.00005);
  EXPECT_NEAR(atmosphere.zernike_variance(4, 1.0), 0.00245, 0.00003);
}

TEST(VonKarman, a_finite_outer_scale_takes_most_from_the_tilts) {
  const VonKarman kolmogorov{0.15, huge_outer_scale}, finite{0.15, 25.0};
  const double tilt = finite.zernike_variance(1, 8.0) / kolmogorov.zernike_variance(1, 8.0);
  const double high = finite.zernike_variance(8, 8.0) / kolmogorov.zernike_variance(8, 8.0);
  EXPECT_NEAR(tilt, 0.142, 0.002);  // Sasiela's (1994) series for D / L0 = 0.32
  EXPECT_GT(high, 0.95);
  EXPECT_LT(high, 1.0);
}

TEST(VonKarman, seeing_is_the_usual_angle) {
  EXPECT_NEAR((VonKarman{0.101, huge_outer_scale}.seeing()), 1.0, 0.01);  // r0 of 10.1 cm: one arcsec
  EXPECT_LT((VonKarman{0.101, 25.0}.seeing()), 0.9);
}

}  // namespace
}  // namespace telemetry
