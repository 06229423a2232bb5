// A picture with what makes it readable: a title, axes with numbers, and for images a colour bar.
#pragma once

#include <string>

#include "bitmap.hpp"
#include "picture.hpp"

namespace cache_on_disk::tool {

/// How many columns and rows of numbers a chart shows at most.
struct ChartLimits {
  std::size_t width, height;
};
ChartLimits limits_of_chart(const Shape& shape);

Bitmap draw_chart(const Picture& picture, const std::string& title);

}  // namespace cache_on_disk::tool
