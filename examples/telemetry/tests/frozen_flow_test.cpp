#include "science/frozen_flow.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace telemetry {
namespace {

constexpr double spacing = 0.25;  // m
const VonKarman atmosphere{0.15, 10.0};

TEST(FrozenFlow, the_wind_carries_the_phase_along_unchanged) {
  const FrozenFlow flow(atmosphere, {{1.0, 10.0, 0.0}}, 256, spacing, 33, 1);
  const Matrix before = flow.phase(0.0);
  const Matrix after = flow.phase(4 * spacing / 10.0);  // 4 points later
  EXPECT_TRUE(after.rightCols(29).isApprox(before.leftCols(29), 1e-12));
}

TEST(FrozenFlow, directions_are_anticlockwise_from_x) {
  const FrozenFlow flow(atmosphere, {{1.0, 10.0, 90.0}}, 256, spacing, 33, 1);
  const Matrix before = flow.phase(0.0);
  const Matrix after = flow.phase(4 * spacing / 10.0);
  EXPECT_TRUE(after.bottomRows(29).isApprox(before.topRows(29), 1e-9));
}

TEST(FrozenFlow, interpolation_keeps_the_structure_function) {
  const FrozenFlow flow(atmosphere, {{1.0, 10.0, 0.0}}, 256, spacing, 33, 1);
  double on_points = 0.0, between = 0.0;
  for (int i = 0; i < 40; ++i) {
    const double time = i * 10 * spacing / 10.0;
    const Matrix whole = flow.phase(time), half = flow.phase(time + 0.5 * spacing / 10.0);
    on_points += (whole.rightCols(29) - whole.leftCols(29)).squaredNorm();  // over 4 points, a subaperture
    between += (half.rightCols(29) - half.leftCols(29)).squaredNorm();
  }
  EXPECT_NEAR(between / on_points, 1.0, 0.03);
}

TEST(FrozenFlow, layers_share_the_turbulence) {
  const FrozenFlow one(atmosphere, {{1.0, 0.0, 0.0}}, 512, spacing, 250, 1);
  const FrozenFlow four(atmosphere, {{0.25, 0.0, 0.0}, {0.25, 0.0, 0.0}, {0.25, 0.0, 0.0}, {0.25, 0.0, 0.0}}, 512,
                        spacing, 250, 2);
  const auto variance = [](const Matrix& phase) { return (phase.array() - phase.mean()).square().mean(); };
  EXPECT_NEAR(variance(four.phase(0.0)) / variance(one.phase(0.0)), 1.0, 0.25);
}

TEST(FrozenFlow, time_may_run_on_beyond_the_screen) {
  const FrozenFlow flow(atmosphere, {{1.0, 10.0, 30.0}}, 256, spacing, 253, 1);
  for (const double time : {0.0, 7.7, 123.4, 98765.4}) EXPECT_TRUE(flow.phase(time).allFinite());
  EXPECT_THROW(FrozenFlow(atmosphere, {{1.0, 10.0, 30.0}}, 256, spacing, 254, 1), std::invalid_argument);
}

}  // namespace
}  // namespace telemetry
