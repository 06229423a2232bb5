// Plots made of characters.
//
//   fmt::print("{}", log_log_plot(frequencies, {{"open loop", '-', before}, ...}, "Hz", "nm²/Hz"));
#pragma once

#include <string>
#include <vector>

#include "science/matrix.hpp"

namespace telemetry {

struct Curve {
  std::string label;
  std::string mark;  ///< one character, UTF-8
  Vector values;     ///< as many as there are positions on the x axis
};

struct PlotSize {
  int columns = 66, rows = 14;  ///< of the plotting area
};

/// Several curves over one axis, both logarithmic; values that are not positive are left out. Where several
/// points of a curve share a column, their mean is drawn, and where a column has none, the line between its
/// neighbours; where curves meet, the last one wins. Ends in a line
/// break. Empty if there is nothing to draw.
std::string log_log_plot(const VectorView& x, const std::vector<Curve>& curves, const std::string& x_unit,
                         const std::string& y_unit, PlotSize size = {});

}  // namespace telemetry
