#include "analyzer/telemetry_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "tests/temporary_directory.hpp"
#include "tests/written_files.hpp"

namespace telemetry {
namespace {

// 0, 1, 2 ... 39 as 20 samples of two slopes.
std::vector<double> counted(std::size_t count = 40) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 0.0);
  return values;
}

void expect_counted(const Matrix& slopes) {
  ASSERT_EQ(slopes.rows(), 20);
  ASSERT_EQ(slopes.cols(), 2);
  for (Eigen::Index i = 0; i < 20; ++i) {
    EXPECT_EQ(slopes(i, 0), static_cast<double>(2 * i));
    EXPECT_EQ(slopes(i, 1), static_cast<double>(2 * i + 1));
  }
}

std::string reason(const std::string& path) {
  try {
    TelemetryFile::open(path).read_slopes();
  } catch (const TelemetryFileError& error) {
    EXPECT_TRUE(std::string(error.what()).find(path) != std::string::npos) << error.what();
    return error.what();
  }
  return "accepted";
}

#define EXPECT_REASON(path, words) EXPECT_NE(reason(path).find(words), std::string::npos) << reason(path)

TEST(TelemetryFile, reads_npy_of_every_real_type) {
  const TemporaryDirectory directory;
  const auto expect = [&](const std::string& descr, const std::string& data) {
    SCOPED_TRACE(descr);
    const auto file = TelemetryFile::open(directory.write("file.npy", npy_bytes(descr, "(20, 2)", data)));
    EXPECT_EQ(file.frames(), 20);
    EXPECT_EQ(file.slopes(), 2);
    expect_counted(file.read_slopes());
  };
  expect("<f8", raw<double>(counted()));
  expect(">f8", raw<double>(counted(), true));
  expect("<f4", raw<float>(counted()));
  expect(">f4", raw<float>(counted(), true));
  expect("|i1", raw<std::int8_t>(counted()));
  expect("|u1", raw<std::uint8_t>(counted()));
  expect("<i2", raw<std::int16_t>(counted()));
  expect(">i4", raw<std::int32_t>(counted(), true));
  expect("<i8", raw<std::int64_t>(counted()));
  expect("<u2", raw<std::uint16_t>(counted()));
  expect("<u4", raw<std::uint32_t>(counted()));
  expect("<u8", raw<std::uint64_t>(counted()));
}

TEST(TelemetryFile, reads_npy_in_fortran_order_and_with_bytes_behind_the_array) {
  const TemporaryDirectory directory;
  std::vector<double> columns;
  for (int column = 0; column < 2; ++column)
    for (int row = 0; row < 20; ++row) columns.push_back(2.0 * row + column);
  const std::string bytes = npy_bytes("<f8", "(20, 2)", raw<double>(columns), true);
  expect_counted(TelemetryFile::open(directory.write("fortran.npy", bytes)).read_slopes());
  expect_counted(TelemetryFile::open(directory.write("entry.npy", bytes + "a trailer")).read_slopes());
}

TEST(TelemetryFile, reads_fits_with_commands_and_times) {
  const TemporaryDirectory directory;
  const std::string path = directory / "loop.fits";
  std::vector<double> nanoseconds(20);
  for (std::size_t i = 0; i < 20; ++i) nanoseconds[i] = 1.7e18 + 2e6 * static_cast<double>(i);
  append_image(path, "", {2, 2}, {1, 2, 3, 4});
  append_image(path, "slopes", {2, 20}, counted());
  append_image(path, "COMMANDS", {3, 20}, counted(60));
  append_image(path, "TIME", {20}, nanoseconds);
  const TelemetryFile file = TelemetryFile::open(path);
  expect_counted(file.read_slopes());
  EXPECT_EQ(file.commands(), 3);
  EXPECT_EQ(file.read_commands()(19, 2), 59.0);
  ASSERT_TRUE(file.rate().has_value());
  EXPECT_NEAR(*file.rate(), 500.0, 0.01);
}

TEST(TelemetryFile, reads_fits_of_integers_and_floats_from_the_first_matrix) {
  const TemporaryDirectory directory;
  for (const int bits : {SHORT_IMG, LONG_IMG, USHORT_IMG, FLOAT_IMG, DOUBLE_IMG}) {
    const std::string path = directory / ("bits" + std::to_string(bits) + ".fits");
    append_image(path, "", {5}, counted(5));
    append_image(path, "", {2, 20}, counted(), bits);
    const TelemetryFile file = TelemetryFile::open(path);
    expect_counted(file.read_slopes());
    EXPECT_EQ(file.commands(), 0);
    EXPECT_EQ(file.read_commands().rows(), 20);
    EXPECT_FALSE(file.rate().has_value());
  }
}

TEST(TelemetryFile, says_why_a_file_cannot_be_used) {
  const TemporaryDirectory directory;
  EXPECT_REASON(directory / "absent.npy", "no such file");
  EXPECT_REASON(directory.path(), "not a regular file");
  EXPECT_REASON(directory.write("empty.npy", ""), "neither a FITS nor an .npy file");
  EXPECT_REASON(directory.write("text.fits", "nothing of the kind"), "neither a FITS nor an .npy file");
  const auto npy = [&](const std::string& descr, const std::string& shape, const std::string& data) {
    return directory.write("bad.npy", npy_bytes(descr, shape, data));
  };
  EXPECT_REASON(npy("<f8", "(40,)", raw<double>(counted())), "not a matrix");
  EXPECT_REASON(npy("<f8", "(10, 2, 2)", raw<double>(counted())), "not a matrix");
  EXPECT_REASON(npy("<c16", "(10, 2)", raw<double>(counted())), "not real numbers");
  EXPECT_REASON(npy("<U1", "(20, 2)", raw<std::uint32_t>(counted())), "not real numbers");
  EXPECT_REASON(npy("<f8", "(15, 2)", raw<double>(counted(30))), "too few");
  EXPECT_REASON(npy("<f8", "(20, 0)", ""), "holds no slopes");
  EXPECT_REASON(npy("<f8", "(20, 2)", raw<double>(counted(39))), "ends before its last element");
  std::vector<double> blank = counted();
  blank[7] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_REASON(npy("<f8", "(20, 2)", raw<double>(blank)), "not finite");
  const std::string cube = directory / "cube.fits";
  append_image(cube, "SLOPES", {2, 2, 10}, counted());
  EXPECT_REASON(cube, "not a matrix");
  EXPECT_REASON(directory.write("short.fits", "SIMPLE  =                    T"), "short.fits");
}

TEST(TelemetryFile, fingerprints_tell_files_of_one_name_apart) {
  const TemporaryDirectory directory;
  std::vector<double> values = counted(300000);
  const auto fingerprint = [&] {
    return TelemetryFile::open(directory.write("a.npy", npy_bytes("<f8", "(1000, 300)", raw<double>(values))))
        .fingerprint();
  };
  const std::string original = fingerprint();
  EXPECT_EQ(fingerprint(), original);
  values.back() += 1.0;
  EXPECT_NE(fingerprint(), original);
}

}  // namespace
}  // namespace telemetry
