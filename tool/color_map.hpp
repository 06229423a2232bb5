// Colours for heat maps: dark blue over green to yellow, rising evenly in brightness, so that it can also be
// read in grey and by the colour-blind.
#pragma once

#include <array>
#include <cstdint>

namespace cache_on_disk::tool {

struct Rgb {
  std::uint8_t red, green, blue;
};

/// The colour of a share from 0 to 1.
inline Rgb color_of(double share) {
  constexpr std::array<std::array<double, 3>, 5> stops = {
      {{40, 15, 90}, {50, 80, 150}, {35, 145, 140}, {110, 205, 85}, {250, 230, 40}}};
  const double position = (share < 0 ? 0 : share > 1 ? 1 : share) * (stops.size() - 1);
  const auto stop = position >= stops.size() - 1 ? stops.size() - 2 : static_cast<std::size_t>(position);
  const double rest = position - static_cast<double>(stop);
  const auto mix = [&](std::size_t i) {
    return static_cast<std::uint8_t>(stops[stop][i] + (stops[stop + 1][i] - stops[stop][i]) * rest + 0.5);
  };
  return {mix(0), mix(1), mix(2)};
}

}  // namespace cache_on_disk::tool
