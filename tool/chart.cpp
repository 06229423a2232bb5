#include "chart.hpp"

#include <algorithm>
#include <cmath>

namespace cache_on_disk::tool {
namespace {

constexpr Rgb black{30, 30, 30}, grey{225, 225, 225}, ink{31, 90, 160};
constexpr std::size_t left = 150, top = 44, bottom = 64, right = 30;
constexpr std::size_t line_width = 1000, line_height = 400;
constexpr std::size_t smallest_side = 256, long_width = 1000, long_height = 600;
constexpr std::size_t bar_gap = 30, bar_width = 24, bar_room = bar_gap + bar_width + 160;
constexpr std::size_t tick = 6;

/// The part of a chart in which the values are drawn.
struct Area {
  Point corner;
  std::size_t width, height;

  std::size_t row_of(const Axis& axis, double value) const {
    return corner.y + height - 1 -
           static_cast<std::size_t>(std::lround(axis.share_of(value) * static_cast<double>(height - 1)));
  }
};

/// Numbers beside a vertical axis, at its left or right edge.
void number_rows(Bitmap& chart, const Area& area, const Axis& axis, bool at_right) {
  for (const Tick& each : axis.ticks(8)) {
    const std::size_t y = area.row_of(axis, each.value);
    const std::size_t edge = at_right ? area.corner.x + area.width : area.corner.x - tick;
    chart.fill({edge, y}, tick, 1, black);
    const std::size_t width = text_width(each.label) + tick;
    const std::size_t x = at_right ? edge + 2 * tick : edge - std::min(edge, width);
    chart.text({x, y - std::min(y, text_height / 2)}, each.label, black);
  }
}

/// Indices along the lower edge, or (`down`) along the left one, from 0 to count - 1: at the middles of their cells, or from
/// edge to edge.
void number_indices(Bitmap& chart, const Area& area, std::size_t count, bool down, bool to_edges = false) {
  const Axis axis{0, static_cast<double>(count - 1)};
  for (const Tick& each : axis.ticks(down ? 8 : 10)) {
    if (each.value != std::floor(each.value)) continue;  // of few, the steps between are not indices
    const double share = to_edges ? axis.share_of(each.value) : (each.value + 0.5) / static_cast<double>(count);
    const auto along = static_cast<std::size_t>(share * static_cast<double>((down ? area.height : area.width) - 1));
    const std::size_t width = text_width(each.label);
    if (down) {
      const std::size_t y = area.corner.y + along;
      chart.fill({area.corner.x - tick, y}, tick, 1, black);
      chart.text({area.corner.x - tick - std::min(area.corner.x - tick, width + tick), y - text_height / 2}, each.label,
                 black);
    } else {
      const std::size_t x = area.corner.x + along, y = area.corner.y + area.height;
      chart.fill({x, y}, 1, tick, black);
      chart.text({x - std::min(x, width / 2), y + 2 * tick}, each.label, black);
    }
  }
}

void name_below(Bitmap& chart, const Area& area, std::string_view name) {
  chart.text({area.corner.x + (area.width - std::min(area.width, text_width(name))) / 2,
              area.corner.y + area.height + 2 * tick + text_height + 8},
             name, black);
}

void draw_line(Bitmap& chart, const Area& area, const Picture& picture) {
  const Axis& axis = picture.values;
  for (const Tick& each : axis.ticks(8))
    chart.fill({area.corner.x, area.row_of(axis, each.value)}, area.width, 1, grey);
  Range before;
  for (std::size_t x = 0; x < area.width; ++x) {
    const Range own = picture.columns[x * picture.width / area.width];
    if (before.is_empty()) before = own;
    // Reaches to where the last column ended, so that the line does not break.
    const double low = std::min(own.low, before.high), high = std::max(own.high, before.low);
    before = own;
    if (own.is_empty()) continue;
    const std::size_t first = area.row_of(axis, high), last = area.row_of(axis, low);
    chart.fill({area.corner.x + x, first}, 1, last - first + 1, ink);
  }
}

Bitmap line_chart(const Picture& picture) {
  const Area area{{left, top}, line_width, line_height};
  Bitmap chart(left + line_width + right, top + line_height + bottom);
  draw_line(chart, area, picture);
  chart.frame(area.corner, area.width, area.height, black);
  number_rows(chart, area, picture.values, false);
  number_indices(chart, area, picture.count, false, picture.is_stretched());
  name_below(chart, area, "index");
  return chart;
}

void draw_cells(Bitmap& chart, const Area& area, const Picture& picture) {
  for (std::size_t y = 0; y < area.height; ++y)
    for (std::size_t x = 0; x < area.width; ++x) {
      const double value =
          picture.cells[y * picture.height / area.height * picture.width + x * picture.width / area.width];
      if (!std::isnan(value))
        chart.set({area.corner.x + x, area.corner.y + y}, color_of(picture.values.share_of(value)));
    }
}

void draw_color_bar(Bitmap& chart, const Area& area, const Axis& axis) {
  const Area bar{{area.corner.x + area.width + bar_gap, area.corner.y}, bar_width, area.height};
  for (std::size_t y = 0; y < bar.height; ++y)
    chart.fill({bar.corner.x, bar.corner.y + y}, bar.width, 1,
               color_of(1 - static_cast<double>(y) / static_cast<double>(std::max<std::size_t>(1, bar.height - 1))));
  chart.frame(bar.corner, bar.width, bar.height, black);
  number_rows(chart, bar, axis, true);
}

Bitmap heat_chart(const Picture& picture) {
  const std::size_t longest = std::max(picture.width, picture.height);
  const std::size_t scale = std::max<std::size_t>(1, (smallest_side + longest - 1) / longest);
  Area area{{left, top}, picture.width * scale, picture.height * scale};
  if (picture.is_long()) {
    area.width = long_width;
    area.height = long_height;
  }
  Bitmap chart(left + area.width + bar_room, top + std::max<std::size_t>(area.height, text_height) + bottom);
  draw_cells(chart, area, picture);
  chart.frame({area.corner.x - 1, area.corner.y - 1}, area.width + 2, area.height + 2, black);
  number_indices(chart, area, picture.rows, true);
  number_indices(chart, area, picture.row_length, false);
  name_below(chart, area, "column");
  chart.text({4, top + area.height / 2}, "row", black);
  draw_color_bar(chart, area, picture.values);
  return chart;
}

}  // namespace

ChartLimits limits_of_chart(const Shape& shape) {
  const std::size_t rank = shape.size();
  if (rank < 2) return {line_width, 1};
  return is_long(shape[rank - 2], shape[rank - 1]) ? ChartLimits{long_width, long_height} : ChartLimits{1600, 1200};
}

Bitmap draw_chart(const Picture& picture, const std::string& title) {
  Bitmap chart = picture.is_line() ? line_chart(picture) : heat_chart(picture);
  const std::size_t room = (chart.width() - 8) / text_width("m");
  chart.text({8, (top - text_height) / 2}, title.size() <= room ? title : title.substr(title.size() - room), black);
  return chart;
}

}  // namespace cache_on_disk::tool
