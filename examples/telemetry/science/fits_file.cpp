#include "science/fits_file.hpp"

#include <fitsio.h>

#include <strings.h>
#include <limits>
#include <stdexcept>

namespace telemetry {
namespace {

void check(int status, const std::string& path) {
  if (status == 0) return;
  char reason[FLEN_STATUS] = {};
  fits_get_errstatus(status, reason);
  fits_clear_errmsg();
  throw std::runtime_error(path + ": " + reason);
}

fitsfile* handle(void* file) { return static_cast<fitsfile*>(file); }

}  // namespace

void FitsFile::Close::operator()(void* file) const {
  int status = 0;
  fits_close_file(handle(file), &status);
}

FitsFile::FitsFile(const std::string& path) : path_(path) {
  fitsfile* file = nullptr;
  int status = 0;
  fits_open_diskfile(&file, path.c_str(), READONLY, &status);
  check(status, path);
  file_.reset(file);

  int count = 0;
  fits_get_num_hdus(file, &count, &status);
  for (int hdu = 1; hdu <= count && status == 0; ++hdu) {
    int type = 0;
    if (fits_movabs_hdu(file, hdu, &type, &status) != 0) break;
    if (type != IMAGE_HDU) continue;
    int bits = 0, rank = 0;
    fits_get_img_dim(file, &rank, &status);
    FitsImage image{hdu, {}, std::vector<long>(static_cast<std::size_t>(rank))};
    fits_get_img_param(file, rank, &bits, &rank, image.axes.data(), &status);
    char name[FLEN_VALUE] = {};
    int unnamed = 0;
    if (fits_read_key(file, TSTRING, "EXTNAME", name, nullptr, &unnamed) == 0) image.name = name;
    fits_clear_errmsg();
    if (rank > 0) images_.push_back(std::move(image));
  }
  check(status, path);
}

std::optional<FitsImage> FitsFile::find(const std::string& name) const {
  for (const FitsImage& image : images_)
    if (strcasecmp(image.name.c_str(), name.c_str()) == 0) return image;
  return std::nullopt;
}

Matrix FitsFile::read(const FitsImage& image) const {
  fitsfile* file = handle(file_.get());
  const long columns = image.axes.size() == 1 ? 1 : image.axes.at(0);
  const long rows = image.axes.size() == 1 ? image.axes.at(0) : image.axes.at(1);
  Matrix values(rows, columns);
  int status = 0, type = 0, any_blank = 0;
  double blank = std::numeric_limits<double>::quiet_NaN();
  fits_movabs_hdu(file, image.hdu, &type, &status);
  fits_read_img(file, TDOUBLE, 1, values.size(), &blank, values.data(), &any_blank, &status);
  check(status, path_);
  return values;
}

}  // namespace telemetry
