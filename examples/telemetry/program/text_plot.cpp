#include "program/text_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace telemetry {
namespace {

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return !(high > low); }
  // Position of a value on `cells` cells.
  int cell(double value, int cells) const {
    return std::clamp(static_cast<int>((value - low) / (high - low) * cells), 0, cells - 1);
  }
};

// Mean height (log10) of a curve in each column.
std::vector<std::optional<double>> columns_of(const Vector& logs, const VectorView& x, const Range& range,
                                              int columns) {
  std::vector<double> sums(static_cast<std::size_t>(columns)), counts(static_cast<std::size_t>(columns));
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    if (!(x(i) > 0.0) || !std::isfinite(logs(i))) continue;
    const auto column = static_cast<std::size_t>(range.cell(std::log10(x(i)), columns));
    sums[column] += logs(i);
    counts[column] += 1.0;
  }
  std::vector<std::optional<double>> means(static_cast<std::size_t>(columns));
  for (std::size_t i = 0; i < means.size(); ++i)
    if (counts[i] > 0.0) means[i] = sums[i] / counts[i];
  for (std::size_t left = 0, right = 1; right < means.size(); ++right) {  // bridge the gaps
    if (!means[right]) continue;
    for (std::size_t i = left + 1; means[left] && i < right; ++i)
      means[i] = *means[left] +
                 (*means[right] - *means[left]) * static_cast<double>(i - left) / static_cast<double>(right - left);
    left = right;
  }
  return means;
}

// Every whole power of ten that lies in the row.
std::string row_label(const Range& range, int row, int rows) {
  for (double power = std::ceil(range.low); power <= range.high; power += 1.0)
    if (rows - 1 - range.cell(power, rows) == row) return fmt::format("1e{:+03.0f}", power);
  return "";
}

// "1", "10", "100" ... under their columns; over less than two decades "2" and "5" as well.
std::string axis_labels(const Range& range, int columns) {
  std::string line(static_cast<std::size_t>(columns), ' ');
  const bool fine = range.high - range.low < 2.0;
  for (double power = std::floor(range.low); power <= range.high; power += 1.0) {
    for (const double step : {1.0, 2.0, 5.0}) {
      const double position = power + std::log10(step);
      if (position < range.low || position > range.high || (step > 1.0 && !fine)) continue;
      const std::string label = fmt::format("{:g}", step * std::pow(10.0, power));
      const auto at = static_cast<std::size_t>(range.cell(position, columns));
      if (at + label.size() <= line.size()) line.replace(at, label.size(), label);
    }
  }
  return line;
}

}  // namespace

std::string log_log_plot(const VectorView& x, const std::vector<Curve>& curves, const std::string& x_unit,
                         const std::string& y_unit, PlotSize size) {
  Range horizontal, vertical;
  for (const double position : x)
    if (position > 0.0) horizontal.include(std::log10(position));
  if (horizontal.empty()) return "";
  std::vector<std::vector<std::optional<double>>> heights;
  for (const Curve& curve : curves) {
    const Vector logs = curve.values.unaryExpr([](double v) { return v > 0.0 ? std::log10(v) : std::nan(""); });
    heights.push_back(columns_of(logs, x, horizontal, size.columns));
    for (const auto& height : heights.back())
      if (height) vertical.include(*height);
  }
  if (vertical.empty()) return "";

  std::vector<std::string> cells(static_cast<std::size_t>(size.columns * size.rows), " ");
  for (std::size_t i = 0; i < curves.size(); ++i)
    for (int column = 0; column < size.columns; ++column)
      if (const auto& height = heights[i][static_cast<std::size_t>(column)]) {
        const int row = size.rows - 1 - vertical.cell(*height, size.rows);
        cells[static_cast<std::size_t>(row * size.columns + column)] = curves[i].mark;
      }

  std::string text = fmt::format("  {:>8}", y_unit);
  for (const Curve& curve : curves) text += fmt::format("   {} {}", curve.mark, curve.label);
  text += '\n';
  for (int row = 0; row < size.rows; ++row) {
    const std::string label = row_label(vertical, row, size.rows);
    text += fmt::format("  {:>8} {}", label, label.empty() ? "│" : "┤");
    for (int column = 0; column < size.columns; ++column)
      text += cells[static_cast<std::size_t>(row * size.columns + column)];
    text += '\n';
  }
  text += fmt::format("  {:>8} └", "");
  for (int column = 0; column < size.columns; ++column) text += "─";
  text += fmt::format("\n  {:>8}  {} {}\n", "", axis_labels(horizontal, size.columns), x_unit);
  return text;
}

}  // namespace telemetry
