// Encodings of arrays as .npy payloads, for codecs of types that are like arrays.
//
//   return npy::encode_strided(npy::Dtype::of(ElementTraits<double>::type), {shape, byte_strides, data,
//   nullptr});
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/npy/strided_bytes.hpp"
#include "cache_on_disk/dtype.hpp"

namespace cache_on_disk::npy {

/// Writes rows of elements to a sink: long ones as they are, short ones gathered. Where long doubles have
/// padding bytes, these are written as zeros, so that equal values make equal files.
class CACHE_ON_DISK_EXPORT RowWriter {
 public:
  /// `sink` must outlive the writer. `dtype` is that of the elements; nothing is swapped.
  RowWriter(Sink& sink, const Dtype& dtype);
  /// Takes whole elements. False once the sink failed.
  bool write(std::span<const std::byte> row);
  /// Takes `count` elements that lie `stride` bytes apart.
  bool write(const std::byte* first, std::size_t count, std::ptrdiff_t stride);
  /// Passes on what is gathered. Must be the last call.
  bool finish();

 private:
  CACHE_ON_DISK_NO_EXPORT bool flush();

  Sink& sink_;
  std::size_t itemsize_;
  std::size_t padded_ = 0;  // size of a long double whose padding is to be zeroed, or 0
  std::vector<std::byte> gathered_;
};

/// The order in which an array of `dtype` is stored: Fortran order if it is dense in that order only, else C.
CACHE_ON_DISK_EXPORT MemoryOrder stored_order(const Dtype& dtype, const StridedBytes& array);

/// Writes all elements in that order; it ends early if the writer's sink fails.
CACHE_ON_DISK_EXPORT void write_elements(const StridedBytes& array, MemoryOrder order, RowWriter& writer);

/// The encoding of the elements `body` writes in C order, `shape` of them. An error if NumPy could not read
/// it.
CACHE_ON_DISK_EXPORT Result<Encoding> encode_rows(const Dtype& dtype, std::span<const std::size_t> shape,
                                                  std::function<void(RowWriter&)> body);

/// The encoding of an array as np.save writes it, in its stored_order(). Objects are refused: their data is a
/// pickle. The encoding shares the owner of `array`.
CACHE_ON_DISK_EXPORT Result<Encoding> encode_strided(const Dtype& dtype, const StridedBytes& array);

}  // namespace cache_on_disk::npy
