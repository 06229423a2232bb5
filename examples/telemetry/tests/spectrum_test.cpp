// Power spectra and the statistics of time series.
#include "science/spectrum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "science/gaussian.hpp"
#include "science/statistics.hpp"
#include "science/units.hpp"

namespace telemetry {
namespace {

Matrix white_noise(Eigen::Index samples, Eigen::Index columns, double sigma) {
  Gaussian gaussian(11);
  Matrix series(samples, columns);
  for (double& value : series.reshaped()) value = sigma * gaussian();
  return series;
}

TEST(Spectrum, of_white_noise_is_flat_and_integrates_to_the_variance) {
  for (const Window window : {Window::rectangular, Window::hann}) {
    const Welch welch{1000.0, 256, window};
    const Vector psd = welch.mean_spectrum(white_noise(8192, 8, 3.0), 0, 8);
    const Vector frequencies = welch.frequencies();
    EXPECT_NEAR(band_power(frequencies, psd, 0.0, 501.0), 9.0, 0.3);
    EXPECT_NEAR(band_power(frequencies, psd, 100.0, 200.0), 9.0 / 5.0, 0.15);
  }
}

TEST(Spectrum, of_a_sine_holds_its_power_at_its_frequency) {
  Matrix series(4096, 1);
  for (Eigen::Index i = 0; i < series.rows(); ++i)
    series(i, 0) = 7.0 + 2.0 * std::sin(2.0 * pi * 50.0 * static_cast<double>(i) / 1000.0);
  const Welch welch{1000.0, 512, Window::hann};
  const Vector frequencies = welch.frequencies();
  const Vector psd = welch.mean_spectrum(series, 0, 1);
  EXPECT_NEAR(band_power(frequencies, psd, 40.0, 60.0), 2.0, 0.02);  // amplitude^2 / 2
  EXPECT_LT(band_power(frequencies, psd, 80.0, 500.0), 1e-4);
  EXPECT_DOUBLE_EQ(frequencies(frequencies.size() - 1), 500.0);
}

TEST(Spectrum, segments_fit_into_short_series) {
  EXPECT_EQ(Welch::for_series(100, 1000.0).length, 32);
  EXPECT_EQ(Welch::for_series(16, 1000.0).length, 8);
  EXPECT_EQ(Welch::for_series(100000, 1000.0).length, 1024);
  EXPECT_THROW(Welch::for_series(15, 1000.0), std::invalid_argument);
}

TEST(Spectrum, refuses_columns_that_are_not_there) {
  const Welch welch{1000.0, 16, Window::hann};
  const Matrix series = Matrix::Zero(32, 2);
  EXPECT_THROW(welch.mean_spectrum(series, 1, 2), std::invalid_argument);
  EXPECT_THROW(welch.mean_spectrum(Matrix::Zero(15, 2), 0, 1), std::invalid_argument);
}

TEST(Spectrum, crossover_is_where_the_correction_ends) {
  const Welch welch{1000.0, 512, Window::hann};
  const Vector frequencies = welch.frequencies();
  const Vector open_loop = Vector::Ones(frequencies.size());
  const Vector residual = (frequencies.array() / 60.0).square();
  EXPECT_NEAR(crossover_frequency(frequencies, residual, open_loop), 60.0, 3.0);
  EXPECT_EQ(crossover_frequency(frequencies, open_loop, open_loop), 0.0);
}

TEST(Statistics, of_a_series_worked_out_by_hand) {
  Matrix series(4, 2);
  series << 1, 2, 2, 0, 3, 2, 6, 4;
  EXPECT_DOUBLE_EQ(column_means(series)(0), 3.0);
  EXPECT_DOUBLE_EQ(column_variances(series)(0), 14.0 / 3.0);
  const Matrix c = covariance(series);
  EXPECT_NEAR(c(0, 0), 14.0 / 3.0, 1e-14);
  EXPECT_NEAR(c(1, 1), 8.0 / 3.0, 1e-14);
  EXPECT_NEAR(c(0, 1), 8.0 / 3.0, 1e-14);
  EXPECT_EQ(c(0, 1), c(1, 0));
}

TEST(Statistics, noise_is_what_neighbouring_samples_do_not_share) {
  Matrix series = white_noise(20000, 2, 0.3);
  for (Eigen::Index i = 0; i < series.rows(); ++i)
    series.row(i).array() += 10.0 * std::sin(2.0 * pi * static_cast<double>(i) / 200.0);
  const Vector noise = noise_variances(series);
  EXPECT_NEAR(std::sqrt(noise(0)), 0.3, 0.01);
  EXPECT_NEAR(std::sqrt(noise(1)), 0.3, 0.01);
  EXPECT_EQ(noise_variances(Matrix::Constant(10, 1, 4.0))(0), 0.0);
}

}  // namespace
}  // namespace telemetry
