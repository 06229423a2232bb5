// Pictures as PNG files.
#include <png.h>

#include <cstddef>
#include <vector>

#include "chart.hpp"
#include "output_file.hpp"
#include "picture.hpp"

namespace cache_on_disk::tool {

Result<void> write_png(const Picture& picture, const std::string& title, const std::string& path) {
  const Bitmap chart = draw_chart(picture, title);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = PNG_FORMAT_RGB;
  image.width = static_cast<png_uint_32>(chart.width());
  image.height = static_cast<png_uint_32>(chart.height());
  png_alloc_size_t size = 0;
  const auto encode = [&](void* memory) {
    return png_image_write_to_memory(&image, memory, &size, 0, chart.bytes().data(), 0, nullptr) != 0;
  };
  if (!encode(nullptr)) return Error{std::string("cannot make a PNG: ") + image.message};
  std::vector<std::byte> encoded(size);
  if (!encode(encoded.data())) return Error{std::string("cannot make a PNG: ") + image.message};
  auto file = OutputFile::create(path, true);
  if (!file) return file.error();
  if (auto written = file->write(std::span<const std::byte>(encoded).first(size)); !written) return written;
  return file->commit();
}

}  // namespace cache_on_disk::tool
