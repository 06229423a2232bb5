// The command line and the plot.
#include <gtest/gtest.h>

#include <cmath>

#include "program/options.hpp"
#include "program/text_plot.hpp"

namespace telemetry {
namespace {

TEST(Options, tags_differ_where_results_would) {
  const auto tag = [](const std::vector<std::string>& arguments) { return tag_for(parse_options(arguments)); };
  EXPECT_EQ(tag({}), tag({}));
  EXPECT_NE(tag({}), tag({"--frames", "100"}));
  EXPECT_NE(tag({}), tag({"--seed=1"}));
  EXPECT_NE(tag({}), tag({"--gain", "0.3"}));
  EXPECT_NE(tag({}), tag({"--rate", "500"}));
  EXPECT_EQ(tag({"/data/tiptilt.fits"}), "tiptilt.fits");
  EXPECT_NE(tag({"tiptilt.fits"}), tag({"tiptilt.npy"}));
  EXPECT_NE(tag({"a.fits"}), tag({"a.fits", "--rate", "500"}));
  EXPECT_NE(tag({"a.fits"}), tag({"a.fits", "--subapertures", "20"}));
  EXPECT_NE(tag({"a.fits", "--subapertures", "20"}), tag({"a.fits", "--subapertures", "20", "--outer-scale", "30"}));
  EXPECT_EQ(tag({"a.fits", "--tag", "mine"}), "mine");
}

TEST(Options, nonsense_is_refused_with_a_reason) {
  const auto reason = [](const std::vector<std::string>& arguments) -> std::string {
    try {
      parse_options(arguments);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(reason({"--speed", "1"}), "unknown option --speed");
  EXPECT_EQ(reason({"--frames"}), "--frames needs a value");
  EXPECT_EQ(reason({"--frames", "many"}), "--frames takes a number from 16 to 100000, not 'many'");
  EXPECT_EQ(reason({"--frames", "20.5"}), "--frames takes a whole number, not '20.5'");
  EXPECT_EQ(reason({"--frames", "3"}), "--frames takes a number from 16 to 100000, not '3'");
  EXPECT_EQ(reason({"--clear=yes"}), "--clear takes no value");
  EXPECT_EQ(reason({"a.fits", "b.fits"}), "only one FILE, not a.fits and b.fits");
  EXPECT_EQ(reason({"--help"}), "accepted");
}

TEST(TextPlot, draws_a_power_law_as_a_straight_line) {
  const Vector x = Vector::LinSpaced(100, 1.0, 100.0);
  const std::string plot = log_log_plot(x, {{"line", "*", x.cwiseInverse()}}, "Hz", "m²/Hz", {20, 10});
  EXPECT_NE(plot.find("* line"), std::string::npos);
  EXPECT_NE(plot.find("Hz"), std::string::npos);
  std::vector<std::size_t> positions;  // of the first mark in each row of the plot
  std::size_t start = plot.find('\n') + 1;
  for (int row = 0; row < 10; ++row) {
    const std::string line = plot.substr(start, plot.find('\n', start) - start);
    if (const auto mark = line.find('*'); mark != std::string::npos) positions.push_back(mark);
    start = plot.find('\n', start) + 1;
  }
  ASSERT_GE(positions.size(), 8u);
  for (std::size_t i = 1; i < positions.size(); ++i) EXPECT_GT(positions[i], positions[i - 1]);
}

TEST(TextPlot, of_nothing_positive_is_empty) {
  const Vector x = Vector::LinSpaced(10, 1.0, 10.0);
  EXPECT_EQ(log_log_plot(x, {{"zero", "*", Vector::Zero(10)}}, "Hz", "1/Hz"), "");
  EXPECT_EQ(log_log_plot(Vector::Zero(10), {{"zero", "*", x}}, "Hz", "1/Hz"), "");
}

}  // namespace
}  // namespace telemetry
