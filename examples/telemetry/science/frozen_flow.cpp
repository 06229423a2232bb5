#include "science/frozen_flow.hpp"

#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "science/phase_screen.hpp"
#include "science/units.hpp"

namespace telemetry {
namespace {

// Lagrange weights of the points -1, 0, 1, 2 for a position between 0 and 1.
std::array<double, 4> cubic_weights(double u) {
  return {-u * (u - 1.0) * (u - 2.0) / 6.0, (u + 1.0) * (u - 1.0) * (u - 2.0) / 2.0, -(u + 1.0) * u * (u - 2.0) / 2.0,
          (u + 1.0) * u * (u - 1.0) / 6.0};
}

// A position on the screen, in points: where the window begins, and the rest.
struct Position {
  Eigen::Index start;
  double fraction;

  Position(double points, int size) {
    const double wrapped = points - std::floor(points / size) * size;
    start = static_cast<Eigen::Index>(wrapped) % size;
    fraction = wrapped - std::floor(wrapped);
  }
};

}  // namespace

std::vector<Layer> default_layers() {
  return {{0.55, 7.0, 17.0}, {0.20, 12.0, 68.0}, {0.15, 18.0, 121.0}, {0.10, 27.0, 153.0}};
}

FrozenFlow::FrozenFlow(const VonKarman& atmosphere, const std::vector<Layer>& layers, int size, double spacing,
                       int window, std::uint64_t seed)
    : size_(size), window_(window), spacing_(spacing) {
  const Eigen::Index margin = window + 3;
  if (margin > size) throw std::invalid_argument("the window is too large for the phase screens");
  Gaussian gaussian(seed);
  for (const Layer& layer : layers) {
    const VonKarman share{atmosphere.r0 * std::pow(layer.fraction, -3.0 / 5.0), atmosphere.outer_scale};
    const Matrix tile = phase_screen(share, size, spacing, gaussian);
    Matrix padded(size + margin, size + margin);
    padded.topLeftCorner(size, size) = tile;
    padded.topRightCorner(size, margin) = tile.leftCols(margin);
    padded.bottomRows(margin) = padded.topRows(margin);
    screens_.push_back({layer, std::move(padded)});
  }
}

Matrix FrozenFlow::phase(double time) const {
  Matrix sum = Matrix::Zero(window_, window_);
  Matrix rows(window_, window_ + 3);
  for (const Screen& screen : screens_) {
    const double travelled = -screen.layer.speed * time / spacing_;  // the window moves against the wind
    const double angle = screen.layer.direction * pi / 180.0;
    const Position x(travelled * std::cos(angle), size_);
    const Position y(travelled * std::sin(angle), size_);
    const auto wx = cubic_weights(x.fraction);
    const auto wy = cubic_weights(y.fraction);
    const auto strip = [&](Eigen::Index k) { return screen.phase.block(y.start + k, x.start, window_, window_ + 3); };
    rows = wy[0] * strip(0) + wy[1] * strip(1) + wy[2] * strip(2) + wy[3] * strip(3);
    sum += wx[0] * rows.middleCols(0, window_) + wx[1] * rows.middleCols(1, window_) +
           wx[2] * rows.middleCols(2, window_) + wx[3] * rows.middleCols(3, window_);
  }
  return sum;
}

}  // namespace telemetry
