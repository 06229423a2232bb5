// Small FITS and .npy files for the tests, written byte by byte where numpy would be needed otherwise.
#pragma once

#include <fitsio.h>

#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "science/matrix.hpp"

namespace telemetry {

/// An .npy file of version 1.0 around raw data; `shape` as in the header, "(20, 2)".
inline std::string npy_bytes(const std::string& descr, const std::string& shape, const std::string& data,
                             bool fortran_order = false) {
  std::string header = "{'descr': '" + descr + "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                       ", 'shape': " + shape + ", }";
  header.append(64 - (10 + header.size() + 1) % 64, ' ');
  header += '\n';
  const auto size = static_cast<unsigned>(header.size());
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(size & 255u) + static_cast<char>(size >> 8) + header +
         data;
}

/// The elements as they lie in memory, each cast to T; `swapped` reverses the bytes of each.
template <class T>
std::string raw(const std::vector<double>& elements, bool swapped = false) {
  std::string data;
  for (const double element : elements) {
    const T value = static_cast<T>(element);
    std::string bytes(sizeof(T), '\0');
    std::memcpy(bytes.data(), &value, sizeof(T));
    data += swapped ? std::string(bytes.rbegin(), bytes.rend()) : bytes;
  }
  return data;
}

/// Appends an image of doubles (or with `bits` another type) to a FITS file, which is made if need be.
inline void append_image(const std::string& path, const std::string& name, std::vector<long> axes,
                         std::vector<double> values, int bits = DOUBLE_IMG) {
  fitsfile* file = nullptr;
  int status = 0;
  if (fits_open_diskfile(&file, path.c_str(), READWRITE, &status) != 0) {
    status = 0;
    fits_create_diskfile(&file, path.c_str(), &status);
  }
  fits_create_img(file, bits, static_cast<int>(axes.size()), axes.data(), &status);
  std::string extension = name;
  if (!name.empty()) fits_update_key(file, TSTRING, "EXTNAME", extension.data(), nullptr, &status);
  fits_write_img(file, TDOUBLE, 1, static_cast<LONGLONG>(values.size()), values.data(), &status);
  fits_close_file(file, &status);
}

}  // namespace telemetry
